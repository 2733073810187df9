export { listIntake as GET } from "../../../../http/own-routes.ts";
