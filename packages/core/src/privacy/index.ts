export type { NewPrivacyRequest, PrivacyRequest } from "./request.ts";
export { createPrivacyRequests, type PrivacyRequests } from "./requests.ts";
