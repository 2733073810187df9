/**
 * How sure we are of each thing the simulator does. `documented`: Meta's pages say so. `observed`: seen in real
 * answers that were made public. `assumed`: our reading, or a rule of the simulator itself. The code marks the
 * place of each with a comment `behaviour: id`, and a test holds table and marks together.
 */
export type Basis = "documented" | "observed" | "assumed";

export interface Behaviour {
  basis: Basis;
  says: string;
  source: string;
}

export const BEHAVIOURS = {
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
  "loopback-callbacks-only": {
    basis: "assumed",
    says: "Callback URLs must be on this machine, plain http is accepted. Meta wants https with a public certificate.",
    source: "the simulator's own rule",
  },
  "send-shape": {
    basis: "documented",
    says: "messaging_product, to or recipient, type and the type's object are required; text has 4,096 characters, captions 1,024, callback data 512, three reply buttons of 20 characters, ten list rows.",
    source: "WhatsApp messages",
  },
  "accepted-answer": {
    basis: "documented",
    says: "200 with contacts [{input, wa_id}] and messages [{id}]; a send to a user id has user_id and no wa_id.",
    source: "WhatsApp messages",
  },
  "message-status-on-templates": {
    basis: "documented",
    says: "message_status accepted, or held_for_quality_assessment, comes with template sends only.",
    source: "WhatsApp template pacing",
  },
  "mark-as-read": {
    basis: "documented",
    says: "status read with a message_id answers success and marks earlier messages too.",
    source: "WhatsApp messages",
  },
  "callback-data-echoed": {
    basis: "documented",
    says: "biz_opaque_callback_data comes back in the statuses. That failed has it too is assumed.",
    source: "WhatsApp webhooks",
  },
  "to-wins-over-recipient": {
    basis: "documented",
    says: "Where to and recipient are both given, to wins.",
    source: "business-scoped user ids",
  },
  "to-without-plus": {
    basis: "documented",
    says: "Without + the country of the business is put in front. Digits that begin with that country's code are left as they are: assumed.",
    source: "WhatsApp messages",
  },
  "user-id-in-to-is-dropped": {
    basis: "observed",
    says: "A user id in to is answered 200 and never heard of again.",
    source: "one public issue",
  },
  "user-id-of-another-portfolio": {
    basis: "assumed",
    says: "A user id of another portfolio is refused with 131009.",
    source: "the code is not documented",
  },
  "unknown-recipients-exist": {
    basis: "assumed",
    says: "A number nobody seeded belongs to somebody on WhatsApp.",
    source: "the simulator's own rule",
  },
  "test-number-allow-list": {
    basis: "observed",
    says: "A test number writes to its allowed recipients only, else 131030.",
    source: "real error bodies",
  },
  "number-state": {
    basis: "documented",
    says: "133010 unregistered, 131031 locked, 131057 maintenance, 131042 payment, 131037 a 555 number without an approved name. That they come at once is assumed.",
    source: "WhatsApp error codes",
  },
  "throughput-limits": {
    basis: "documented",
    says: "Messages a second for each number (80, else 130429); one in six seconds to a person after a burst of 45 (131056). How the burst refills is assumed.",
    source: "WhatsApp throughput",
  },
  "one-time-code-needs-phone": {
    basis: "documented",
    says: "Authentication templates to a user id are refused with 131062.",
    source: "business-scoped user ids",
  },
  "template-status": {
    basis: "documented",
    says: "Only APPROVED is sendable: 132015 paused, 132016 disabled, 132001 for anything else or another language.",
    source: "WhatsApp error codes",
  },
  "template-parameters": {
    basis: "observed",
    says: "Another number of parameters is 132000, another kind 132012, a link button without its value 131008. All counts are looked at before formats: assumed.",
    source: "public issue threads",
  },
  "parameter-text": {
    basis: "observed",
    says: "Empty values, new lines, tabs and more than four spaces in a row are refused. The code of the last three (100) is assumed.",
    source: "public issue threads",
  },
  "named-parameters": {
    basis: "observed",
    says: "A named template wants parameter_name in each parameter, else 100. The refusal of an unknown name is assumed.",
    source: "public issue threads",
  },
  "payload-defaults-to-label": {
    basis: "documented",
    says: "A quick reply without a payload answers with its label.",
    source: "WhatsApp templates",
  },
  "template-list": {
    basis: "documented",
    says: "Templates of a WABA, filtered by name, status, language and category, with the asked fields.",
    source: "WhatsApp templates",
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
  "template-id-types": {
    basis: "observed",
    says: "A template's id is a string in answers and a number in webhooks; its language has a dash in webhooks.",
    source: "WhatsApp webhooks",
  },
  "template-creation-checks": {
    basis: "documented",
    says: "Names, lengths, the number of buttons and the place of variables are checked; refusals are code 100 with a 23880xx subcode. Which subcode for which is partly assumed.",
    source: "WhatsApp templates",
  },
  "template-creation-rate": {
    basis: "documented",
    says: "100 new templates an hour for each WABA. The code, 80008, is assumed.",
    source: "WhatsApp templates",
  },
  "template-review": {
    basis: "documented",
    says: "A new template is PENDING and approved after a while, or rejected by the fault; the subscribers are told. The real review takes up to a day.",
    source: "WhatsApp templates",
  },
  "template-status-webhook": {
    basis: "documented",
    says: "A status change is told with event, reason, category, and other_info or rejection_info.",
    source: "WhatsApp webhooks",
  },
  "template-delete": {
    basis: "documented",
    says: "Deletes all languages of a name, one hsm_id, or up to 100 hsm_ids.",
    source: "WhatsApp templates",
  },
  "template-name-lock": {
    basis: "documented",
    says: "The name of a deleted approved template is locked for 30 days. The subcode is assumed.",
    source: "WhatsApp templates",
  },
  "otp-stored-as-url": {
    basis: "documented",
    says: "One-time-code buttons are created as otp and stored as url.",
    source: "WhatsApp authentication templates",
  },
  "phone-number-fields": {
    basis: "documented",
    says: "Name, number, quality, status, throughput, name status and health. Limits and health are simplified.",
    source: "WhatsApp phone numbers",
  },
  "subscribe-app": {
    basis: "documented",
    says: "POST subscribes the token's app, DELETE ends it, an empty POST removes an override.",
    source: "WhatsApp webhooks",
  },
  "override-callback": {
    basis: "documented",
    says: "An override_callback_uri of the WABA replaces the app's callback. That it does so for every field is assumed.",
    source: "WhatsApp webhooks",
  },
  "override-needs-subscription": {
    basis: "observed",
    says: "An override is refused until the app is subscribed.",
    source: "one public issue",
  },
  "subscription-handshake": {
    basis: "documented",
    says: "The callback is asked with hub.mode, hub.challenge and hub.verify_token and must answer the challenge with 200. The refusal (2200) is observed.",
    source: "Graph API webhooks",
  },
  "escaped-unicode-body": {
    basis: "documented",
    says: "Bodies are JSON in ASCII with lower-case unicode escapes and escaped slashes.",
    source: "Messenger webhooks",
  },
  "signature-over-raw-bytes": {
    basis: "documented",
    says: "X-Hub-Signature-256 is HMAC-SHA256 of exactly the sent bytes under the app secret.",
    source: "Graph API webhooks",
  },
  "tampered-signature": {
    basis: "assumed",
    says: "Spoilt signatures: wrong, missing, short, upper case, another secret, another body.",
    source: "the simulator's own switch",
  },
  "webhook-batching": {
    basis: "documented",
    says: "One POST may carry up to 1,000 updates of several numbers and WABAs. How Meta groups them is assumed.",
    source: "WhatsApp webhooks",
  },
  "webhook-retry": {
    basis: "documented",
    says: "Anything but 200 is tried again at once, then in growing waits for up to seven days, with the same bytes. The waits are assumed.",
    source: "WhatsApp webhooks",
  },
  "webhook-before-response": {
    basis: "observed",
    says: "A status may arrive before the answer to the send.",
    source: "public issue threads",
  },
  "statuses-out-of-order": {
    basis: "observed",
    says: "Statuses may arrive in any order and more than once.",
    source: "public issue threads",
  },
  "status-shape": {
    basis: "documented",
    says: "Statuses have string seconds, recipient_id and recipient_user_id; contacts stand beside sent, delivered and read, never beside failed.",
    source: "WhatsApp webhooks",
  },
  "pricing-by-date": {
    basis: "documented",
    says: "Inside the service window utility and service were free until 2026-09-30 and are charged from 2026-10-01. The free monthly allowance is left out.",
    source: "WhatsApp pricing",
  },
  "pricing-on-sent-and-first-receipt": {
    basis: "documented",
    says: "pricing comes with sent and with one of delivered and read.",
    source: "WhatsApp webhooks",
  },
  "conversation-by-version": {
    basis: "documented",
    says: "Up to v23.0 every status has a conversation, later only those of a free entry point.",
    source: "WhatsApp changelog",
  },
  "free-entry-point": {
    basis: "documented",
    says: "An entry through an advertisement opens a free window of 72 hours. That it opens with the message, not with the answer, is assumed.",
    source: "WhatsApp pricing",
  },
  "reactions-are-only-sent": {
    basis: "documented",
    says: "A reaction is reported as sent, never delivered or read.",
    source: "WhatsApp messages",
  },
  "quality-hold": {
    basis: "documented",
    says: "A held template message is sent later, or dropped with failed and 132015.",
    source: "WhatsApp template pacing",
  },
  "undeliverable-fails-later": {
    basis: "observed",
    says: "A number that is not on WhatsApp is accepted with 200 and fails with 131026.",
    source: "public issue threads",
  },
  "window-closed-fails-later": {
    basis: "observed",
    says: "Free-form outside the 24-hour window is accepted with 200 and fails with 131047.",
    source: "public issue threads",
  },
  "window-opens-per-number": {
    basis: "documented",
    says: "What a person writes opens 24 hours for that business number only. That a reaction or a button opens it too is assumed.",
    source: "WhatsApp messages",
  },
  "marketing-stop-fails-later": {
    basis: "documented",
    says: "Marketing to a person who stopped it is accepted with 200 and fails with 131050.",
    source: "WhatsApp error codes",
  },
  "phone-off-only-sent": {
    basis: "documented",
    says: "While the phone is off a message stays sent. Nothing is told when its time to live is over; the simulator keeps it for ever.",
    source: "WhatsApp messages",
  },
  "wamid-holds-phone": {
    basis: "observed",
    says: "A message id is base64 of a struct with the person's phone number. With a user id in its place: assumed.",
    source: "real message ids",
  },
  "user-id-modes": {
    basis: "documented",
    says: "Four kinds of people: legacy, default, username with phone, username without.",
    source: "business-scoped user ids",
  },
  "user-id-per-portfolio": {
    basis: "documented",
    says: "The same person has another user id in every portfolio.",
    source: "business-scoped user ids",
  },
  "phone-omitted-not-empty": {
    basis: "documented",
    says: "A phone that is not shown is left out, not empty. When it is shown is a switch of the person here, not derived from the history.",
    source: "business-scoped user ids",
  },
  "inbound-text": {
    basis: "documented",
    says: "Texts come with contacts, from, from_user_id and context when they answer a message.",
    source: "WhatsApp webhooks",
  },
  "inbound-button": {
    basis: "documented",
    says: "A template's quick reply comes as button with its payload, an interactive reply as button_reply or list_reply.",
    source: "WhatsApp webhooks",
  },
  "user-preferences": {
    basis: "documented",
    says: "Stop and resume of marketing come as user_preferences.",
    source: "WhatsApp webhooks",
  },
  "fault-switches": {
    basis: "assumed",
    says: "Faults strike by probability or count, for all or for one number, person or template.",
    source: "the simulator's own switch",
  },
  "broken-answers": {
    basis: "assumed",
    says: "Answers can be lost, cut off, of another type, or late, before or after the message was accepted.",
    source: "the simulator's own switch",
  },
} as const satisfies Record<string, Behaviour>;

export type BehaviourId = keyof typeof BEHAVIOURS;

/** What Meta does and this simulator does not, so that nobody takes a green test for a proof of it. */
export const NOT_SIMULATED: string[] = [
  "Media: upload, download, expiry, size and type checks",
  "Editing, archiving and recategorising templates; automatic pauses by quality",
  "Messaging limits of the portfolio, call limits of the management API (use graph_error with 80007)",
  "Per-person marketing caps and the pause of marketing to the United States (use failed_status with 131049)",
  "Registration, two-step verification, business profile, blocked users, usernames of businesses",
  "Groups, calls, flows, payments, catalogues, coexistence with the WhatsApp Business app",
  "Messenger and Instagram",
];
