export {
  adminRoute as DELETE,
  adminRoute as GET,
  adminRoute as PATCH,
  adminRoute as POST,
  adminRoute as PUT,
} from "../../../../../../../http/admin-route.ts";
