export { toNodeListener, toWebRequest, type WebHandler } from "./node.ts";
