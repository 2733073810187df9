export { showAccess as GET } from "../../../../http/own-routes.ts";
