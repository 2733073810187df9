import type { Behaviour } from "../behaviour.ts";

/** What becomes of a message, from the send to its last status. */
export const MESSAGE_BEHAVIOURS = {
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
} as const satisfies Record<string, Behaviour>;
