export type {
  ButtonArgument,
  HeaderArgument,
  TemplateArguments,
  TextArgument,
} from "./template-arguments.ts";
export {
  checkTemplate,
  type SyncedTemplate,
  type TemplateFit,
  type TemplateProblem,
} from "./template-check.ts";
export { filledText } from "./template-shape.ts";
export type { TemplateChange } from "./template-store.ts";
export { createTemplates, type Templates } from "./templates.ts";
