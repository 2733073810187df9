export { retryIntake as POST } from "../../../../../http/intake-routes.ts";
