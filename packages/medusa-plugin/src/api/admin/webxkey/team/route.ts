export { listTeam as GET } from "../../../../http/own-routes.ts";
