export { answerNode, toNodeListener, toWebRequest, type WebHandler } from "./node.ts";
