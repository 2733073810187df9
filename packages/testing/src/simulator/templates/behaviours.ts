import type { Behaviour } from "../behaviour.ts";

/** Templates, and what is asked of the values in them. */
export const TEMPLATE_BEHAVIOURS = {
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
} as const satisfies Record<string, Behaviour>;
