import type { Contract } from "@webxkey/core/contract";

/**
 * Method and path of every operation, without the schemas: the contract itself would bring zod into the page, a
 * hundred kilobytes for nothing the browser does. A test holds this table equal to the contract's.
 */
type Routes<T> = T extends { "~orpc": unknown }
  ? `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /v1/${string}`
  : { readonly [K in keyof T]: Routes<T[K]> };

export const ROUTES: Routes<Contract> = {
  me: { get: "GET /v1/me" },
  members: {
    list: "GET /v1/members",
    set: "PUT /v1/members/{user_id}",
    remove: "DELETE /v1/members/{user_id}",
  },
  invitations: {
    list: "GET /v1/invitations",
    create: "POST /v1/invitations",
    revoke: "POST /v1/invitations/{invitation_id}/revoke",
  },
  settings: { get: "GET /v1/settings", set: "PATCH /v1/settings" },
  keys: { list: "GET /v1/keys", create: "POST /v1/keys", revoke: "POST /v1/keys/{key_id}/revoke" },
  workspaces: { list: "GET /v1/workspaces", create: "POST /v1/workspaces" },
  senders: {
    list: "GET /v1/senders",
    connect: "POST /v1/senders",
    disconnect: "POST /v1/senders/{sender_id}/disconnect",
    choose: "POST /v1/senders/{sender_id}/choose",
    check: "POST /v1/senders/{sender_id}/check",
  },
  templates: { list: "GET /v1/templates", sync: "POST /v1/templates/sync" },
  rules: { list: "GET /v1/rules", set: "PUT /v1/rules/{rule_id}" },
  messages: {
    list: "GET /v1/messages",
    timeline: "GET /v1/messages/{message_id}/timeline",
    release: "POST /v1/messages/{message_id}/release",
    cancel: "POST /v1/messages/{message_id}/cancel",
    resend: "POST /v1/messages/{message_id}/resend",
    releaseHeld: "POST /v1/messages/release",
    cancelHeld: "POST /v1/messages/cancel",
  },
  answers: { list: "GET /v1/answers", read: "POST /v1/answers/read" },
  entities: { timeline: "GET /v1/entities/{entity_type}/{entity_ref}/timeline" },
  consents: {
    list: "GET /v1/consents",
    show: "POST /v1/consents/show",
    grant: "POST /v1/consents",
    import: "POST /v1/consents/import",
    withdraw: "POST /v1/consents/withdraw",
  },
  unsure: {
    list: "GET /v1/unsure",
    count: "GET /v1/unsure/count",
    answer: "POST /v1/unsure/{case_id}/answer",
  },
  wordings: { list: "GET /v1/wordings", create: "POST /v1/wordings" },
  events: { publish: "POST /v1/events" },
  alerts: { list: "GET /v1/alerts", acknowledge: "POST /v1/alerts/{alert_id}/acknowledge" },
  audit: { verify: "POST /v1/audit/verify" },
  connections: {
    list: "GET /v1/connections",
    show: "GET /v1/connections/{connection_id}",
    create: "POST /v1/connections",
    update: "PUT /v1/connections/{connection_id}",
    rotateAddress: "POST /v1/connections/{connection_id}/rotate-address",
    rotateSecret: "POST /v1/connections/{connection_id}/rotate-secret",
    test: "POST /v1/connections/{connection_id}/test",
    retry: "POST /v1/connections/{connection_id}/retry",
    remove: "DELETE /v1/connections/{connection_id}",
  },
  privacyRequests: {
    list: "GET /v1/privacy-requests",
    show: "GET /v1/privacy-requests/{request_id}",
    answer: "POST /v1/privacy-requests/{request_id}/answer",
  },
};
