export type {
  ButtonArgument,
  HeaderArgument,
  MediaSource,
  TemplateArguments,
  TextArgument,
} from "./template-arguments.ts";
export {
  checkTemplate,
  type SyncedTemplate,
  type TemplateFit,
  type TemplateProblem,
} from "./template-check.ts";
export type { TemplateChange, TemplateRow } from "./template-store.ts";
export { createTemplates, type Templates } from "./templates.ts";
