import type { Behaviour } from "../behaviour.ts";

/** Calls: who may make them, their form, their errors. */
export const GRAPH_BEHAVIOURS = {
  "error-order": {
    basis: "assumed",
    says: "A call is refused for the first of: path, token, object and permission, parameters, rate limits, the number's state, the recipient, the template.",
    source: "Meta does not document the order",
  },
  "error-envelope": {
    basis: "documented",
    says: "Refusals come as error {message, type, code, error_data.details, fbtrace_id}, with error_subcode and is_transient where Meta has them.",
    source: "WhatsApp error codes",
  },
  "error-texts": {
    basis: "observed",
    says: "Titles and details of errors are those of real answers; those of 131042, 132016 and a few rare codes are made up.",
    source: "public issue threads",
  },
  "fbtrace-id": {
    basis: "observed",
    says: "fbtrace_id is A and 22 characters of base64url.",
    source: "real error bodies",
  },
  "graph-headers": {
    basis: "observed",
    says: "Answers carry facebook-api-version, x-fb-trace-id and x-fb-rev.",
    source: "real answers",
  },
  "version-in-path": {
    basis: "observed",
    says: "The version is optional; an expired one is served by the oldest living, one newer than v26.0 is an unknown path (2500).",
    source: "probes of the Graph API",
  },
  "json-and-form-bodies": {
    basis: "documented",
    says: "Bodies are JSON or forms whose values may be JSON.",
    source: "Graph API",
  },
  "fields-parameter": {
    basis: "documented",
    says: "fields= selects top-level fields; an unknown one is refused with 100. Sub-selections are accepted and not applied.",
    source: "Graph API",
  },
  "token-checks": {
    basis: "observed",
    says: "No token: 2500. Unknown token: 190. Expired token: 190 with subcode 463. The header and access_token= are both read.",
    source: "real error bodies",
  },
  "real-tokens-refused": {
    basis: "assumed",
    says: "A token that begins with EAA and has more than 100 characters is refused and not stored. Meta has no such rule: this protects real secrets.",
    source: "the simulator's own rule",
  },
  "appsecret-proof": {
    basis: "documented",
    says: "appsecret_proof is HMAC-SHA256 of the token under the app secret; a wrong one is refused with 100. The wording is assumed.",
    source: "Graph API security",
  },
  "scope-checks": {
    basis: "documented",
    says: "Sending needs whatsapp_business_messaging, all else whatsapp_business_management; without it 200. A WABA the token was not given answers 100/33.",
    source: "WhatsApp permissions",
  },
  "debug-token": {
    basis: "documented",
    says: "debug_token tells app, scopes, granular scopes, expiry (0 is never) and validity, to the app itself or to a token of it.",
    source: "Graph API debug_token",
  },
  "loopback-only": {
    basis: "assumed",
    says: "The simulator listens on 127.0.0.1 and answers to loopback names only.",
    source: "the simulator's own rule",
  },
  "opaque-cursors": {
    basis: "documented",
    says: "Lists are paged by opaque cursors with next and previous links. The links leave out the token: assumed.",
    source: "Graph API paging",
  },
  "bad-cursor": {
    basis: "documented",
    says: "A cursor that is not known is 131059 from v24.0 on; before, 100.",
    source: "WhatsApp changelog",
  },
  "phone-number-fields": {
    basis: "documented",
    says: "Name, number, quality, status, throughput, name status and health. Limits and health are simplified.",
    source: "WhatsApp phone numbers",
  },
} as const satisfies Record<string, Behaviour>;
