export { takeBackCartConsent as DELETE } from "../../../../../consent/store-routes.ts";
