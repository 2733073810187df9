export { createRuleCatalog, type RuleCatalog, type RuleStanding } from "./catalog.ts";
export {
  defineRule,
  directRuleId,
  type Rule,
  type RuleContext,
  type RuleDefinition,
  requireSoundRules,
} from "./define-rule.ts";
export { defineTemplate, type Template } from "./define-template.ts";
export { fillTemplate, type Intent, intentsOf, languagesFor } from "./intents.ts";
export { createMessagePreview, type MessagePreview } from "./message-preview.ts";
export {
  type FilledParameters,
  fillParameters,
  PARAMETER_CHARS_MAX,
  type ParameterProblem,
} from "./parameters.ts";
export { createRuleStates, type RuleState, type RuleStates } from "./rule-states.ts";
export { starterRules } from "./starter-rules.ts";
