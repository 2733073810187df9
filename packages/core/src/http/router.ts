import { invitationRoutes, memberRoutes, meRoutes, settingRoutes, workspaceRoutes } from "./access/routes.ts";
import { alertRoutes } from "./alerts/routes.ts";
import { answerRoutes } from "./answers/routes.ts";
import { type ApiPorts, os } from "./api.ts";
import { auditRoutes } from "./audit/routes.ts";
import { connectionRoutes } from "./connections/routes.ts";
import { consentRoutes } from "./consents/routes.ts";
import { eventRoutes } from "./events/routes.ts";
import { keyRoutes } from "./keys/routes.ts";
import { entityRoutes, messageRoutes } from "./messages/routes.ts";
import { privacyRoutes } from "./privacy/routes.ts";
import { ruleRoutes } from "./rules/routes.ts";
import { senderRoutes } from "./senders/routes.ts";
import { templateRoutes } from "./templates/routes.ts";
import { unsureRoutes } from "./unsure/routes.ts";
import { wordingRoutes } from "./wordings/routes.ts";

/** The contract, answered. Each route names the right it needs; a test walks them all. */
export function createRouter(ports: ApiPorts) {
  return os.router({
    me: meRoutes(ports),
    members: memberRoutes(ports),
    invitations: invitationRoutes(ports),
    keys: keyRoutes(ports),
    workspaces: workspaceRoutes(ports),
    settings: settingRoutes(ports),
    senders: senderRoutes(ports),
    connections: connectionRoutes(ports),
    templates: templateRoutes(ports),
    rules: ruleRoutes(ports),
    messages: messageRoutes(ports),
    entities: entityRoutes(ports),
    answers: answerRoutes(ports),
    consents: consentRoutes(ports),
    wordings: wordingRoutes(ports),
    unsure: unsureRoutes(ports),
    privacyRequests: privacyRoutes(ports),
    events: eventRoutes(ports),
    alerts: alertRoutes(ports),
    audit: auditRoutes(ports),
  });
}
