export { listIntake as GET } from "../../../../http/intake-routes.ts";
