export { requestUrl } from "../http/request-url.ts";
export { answerNode, requireOneHost, toNodeListener, toWebRequest, type WebHandler } from "./node.ts";
