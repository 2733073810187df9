import { oc } from "@orpc/contract";
import { z } from "zod";
import { ASSURANCES, PURPOSES } from "../../kernel/vocabulary.ts";
import { entityType, text, time, uuid } from "../wire.ts";

export const consentSummary = z.object({
  consent_id: uuid,
  purpose: z.enum(PURPOSES),
  channel: z.enum(["whatsapp"]),
  state: z.enum(["given", "withdrawn"]),
  /** `claimed` by a service, `attested` by somebody of the shop, `confirmed` by the person on the channel itself. */
  assurance: z.enum(ASSURANCES),
  /** The order a claimed grant came with and is limited to. */
  entity: z.object({ type: z.string(), ref: z.string() }).nullable(),
  method: z.string(),
  wording: z
    .object({ id: z.string(), version: z.string(), language: z.string(), text: z.string() })
    .nullable(),
  occurred_at: time,
  recorded_at: time,
});

/** ISO 3166-1 alpha-2, for a number that is written without its country's code. */
const country = z.string().regex(/^[A-Za-z]{2}$/, "Write the country as ISO 3166 does, such as LK.");

const identity = z.discriminatedUnion("kind", [
  /** As it is written anywhere; it is kept in E.164. */
  z.strictObject({ kind: z.literal("phone"), value: text(64), country: country.optional() }),
  z.strictObject({
    kind: z.literal("bsuid"),
    value: z.string().regex(/^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/),
  }),
]);

const purpose = z.enum(PURPOSES).exclude(["account-security"]);
const channel = z.enum(["whatsapp"]);
/** With `text`, words that differ from those that are kept are a conflict. */
const wording = z.strictObject({
  id: text(80),
  version: text(40),
  language: text(35),
  text: text(2000).optional(),
});

/** One import: the file that proves it is kept by the shop, and known again by its hash. */
const evidenceFile = z.strictObject({
  name: text(200),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "Give the SHA-256 of the file in hexadecimal."),
});
const IMPORTED_PHONES_MAX = 500;

export const consents = {
  list: oc
    .route({ method: "GET", path: "/v1/consents", tags: ["consent"] })
    .input(z.strictObject({ entity_type: entityType, entity_ref: text(200) }))
    .output(z.object({ consents: z.array(consentSummary) })),
  /** By identity, in the body: a phone number never stands in an address. */
  show: oc
    .route({ method: "POST", path: "/v1/consents/show", tags: ["consent"] })
    .input(z.strictObject({ identity }))
    .output(z.object({ consents: z.array(consentSummary) })),
  /**
   * A service key claims: its grant allows messages about `entity`, which it has to name, and about nothing else. Somebody of the
   * shop attests, with a `reason`. Neither follows a withdrawal, but for an attestation that names it in `lifts`.
   */
  grant: oc
    .route({ method: "POST", path: "/v1/consents", successStatus: 201, tags: ["consent"] })
    .input(
      z.strictObject({
        identity,
        channel,
        wording,
        method: z.enum(["form", "checkout_box", "admin"]),
        evidence: text(2000),
        occurred_at: time,
        entity: z.strictObject({ type: entityType, ref: text(200) }).optional(),
        reason: text(2000).optional(),
        lifts: uuid.optional(),
      }),
    )
    .output(consentSummary),
  /** Attests the same of many people. Marketing counts once each of them has confirmed it on WhatsApp. */
  import: oc
    .route({ method: "POST", path: "/v1/consents/import", tags: ["consent"] })
    .input(
      z.strictObject({
        phones: z.array(text(64)).min(1).max(IMPORTED_PHONES_MAX),
        country: country.optional(),
        channel,
        wording,
        evidence_file: evidenceFile,
        reason: text(2000),
        occurred_at: time,
      }),
    )
    .output(
      z.object({
        attested: z.int(),
        /** How many of them were known before. */
        people_known: z.int(),
        /** By their place in `phones`, from 0: who opted out and stays so, and what cannot be read as a number. */
        opted_out: z.array(z.int()),
        unreadable: z.array(z.int()),
      }),
    ),
  withdraw: oc
    .route({ method: "POST", path: "/v1/consents/withdraw", tags: ["consent"] })
    .input(
      z.strictObject({
        identity,
        /** Absent: every purpose that needs a consent. */
        purpose: purpose.optional(),
        channel,
        evidence: text(2000),
      }),
    )
    /** `people_known`: 0 where nobody was known by this number or id until now; the withdrawal stands all the same. */
    .output(z.object({ withdrawn: z.int(), people_known: z.int() })),
};

export type ConsentSummary = z.infer<typeof consentSummary>;
