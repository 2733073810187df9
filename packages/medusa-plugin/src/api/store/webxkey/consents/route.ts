export { giveCartConsent as POST } from "../../../../consent/store-routes.ts";
