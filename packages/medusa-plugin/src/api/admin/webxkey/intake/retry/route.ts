export { retryIntake as POST } from "../../../../../http/own-routes.ts";
