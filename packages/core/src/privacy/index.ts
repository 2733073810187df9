export type { NewPrivacyRequest, PrivacyRequest, ShownPrivacyRequest } from "./request.ts";
export { createPrivacyRequests, type PrivacyRequests } from "./requests.ts";
