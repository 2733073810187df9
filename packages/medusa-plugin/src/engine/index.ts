export { createEngine, META_WEBHOOK_PATH } from "./open-engine.ts";
export { refuseRoleNamedLikeSchema } from "./role-name.ts";
export { createRuntime, type Runtime } from "./runtime.ts";
export { runtimeOf, WEBXKEY } from "./runtime-of.ts";
