import { oc } from "@orpc/contract";
import { z } from "zod";
import { reason, text, time, uuid } from "../wire.ts";

const CONSENTS_MAPPED_MAX = 20;

/** A field of the shop's order that says that the buyer agreed, and to which words; these name the purpose. */
const mappedConsent = z.strictObject({
  /** As the platform names it, wherever it keeps custom fields. */
  field: text(200),
  /** What stands there where the buyer agreed. Absent: yes, true, on or 1. */
  equals: text(200).optional(),
  wording_id: text(80),
  wording_version: text(40),
  wording_language: text(35),
});
const consentMapping = z.array(mappedConsent).max(CONSENTS_MAPPED_MAX);

/** What the connector asks for; its credentials are never shown again. */
const settings = z.record(z.string(), z.unknown());

const webhookSecret = text(500);

export const connectionSummary = z.object({
  connection_id: uuid,
  connector: z.string(),
  name: z.string(),
  source: z.string(),
  state: z.enum(["active", "paused"]),
  consent_mapping: consentMapping,
  /** What each mapped field means, in words. */
  consent_sentences: z.array(z.string()),
  /** What happened before is recorded and never sent. */
  installed_at: time,
  /** To ten seconds. */
  last_delivery_at: time.nullable(),
  last_problem: reason.extend({ at: time }).nullable(),
  /**
   * What is wrong now, the oldest first, with what to do about it. `entity_ref`: one order that cannot be read. `stops_reading`: the
   * shop cannot be read until it is mended.
   */
  problems: z.array(
    reason.extend({
      since: time,
      last_at: time,
      times: z.int(),
      entity_ref: z.string().nullable(),
      stops_reading: z.boolean(),
    }),
  ),
  /** What is still to be read at the platform, and what was given up until somebody retries it. */
  facts: z.object({ waiting: z.int(), parked: z.int() }),
});

export const changedConnection = connectionSummary.extend({
  /** Another connection that reads the very same shop, so that each order would be told twice; null where there is none. */
  same_shop_as: z.string().nullable(),
});

export const shownConnection = changedConnection.extend({
  /** Where the platform posts to, shown this once; null where it stays as it was. */
  webhook_url: z.string().nullable(),
  /** A secret that was made here, to be entered at the platform, shown this once. */
  webhook_secret: z.string().nullable(),
});

/** Something that a platform told of and nobody was written to about, and why. */
const untoldFact = z.object({
  entity_ref: z.string(),
  /** What happened, as the connector names it. */
  tells: z.string(),
  /** Looked up again by itself, given up until somebody retries, or looked up and not there to be told. */
  standing: z.enum(["waiting", "given_up", "not_told"]),
  since: time,
  tries: z.int(),
  next_try_at: time.nullable(),
  reason,
});

export const connectionDetail = connectionSummary.extend({
  /** Until when what was rotated away still counts beside the new one; null where nothing does. */
  old_address_until: time.nullable(),
  old_secret_until: time.nullable(),
  /** The latest 50, what somebody has to look at first. What was not there is kept for thirty days. */
  untold: z.array(untoldFact),
});

export const connectorSummary = z.object({
  id: z.string(),
  name: z.string(),
  signed: z.boolean(),
  /** What `settings` of a connection holds. */
  settings: z.array(
    z.object({
      name: z.string(),
      required: z.boolean(),
      secret: z.boolean(),
      type: z.enum(["text", "number", "list", "object"]),
    }),
  ),
  /** What to set up at the platform, and a field that can say consent. */
  setup: z.object({ webhooks: z.string(), consent_field: z.string() }).nullable(),
});

const ofOne = z.strictObject({ connection_id: uuid });

export const connections = {
  list: oc.route({ method: "GET", path: "/v1/connections", tags: ["connections"] }).output(
    z.object({
      connections: z.array(connectionSummary),
      /** The platforms that can be connected here. `signed`: deliveries are proven by a secret. */
      connectors: z.array(connectorSummary),
    }),
  ),
  show: oc
    .route({ method: "GET", path: "/v1/connections/{connection_id}", tags: ["connections"] })
    .input(ofOne)
    .output(connectionDetail),
  create: oc
    .route({ method: "POST", path: "/v1/connections", successStatus: 201, tags: ["connections"] })
    .input(
      z.strictObject({
        connector: text(40),
        /** The shop's name that people see. */
        name: text(100),
        /** `source` of its events, a URI reference. Absent: one is made of the connector and the connection's id. */
        source: text(512)
          .regex(/^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/, "a URI reference such as /shop/main, without spaces")
          .optional(),
        settings,
        /** What the platform signs with. Absent: one is made, for platforms that let the merchant choose. */
        webhook_secret: webhookSecret.optional(),
        consent_mapping: consentMapping.optional(),
      }),
    )
    .output(shownConnection),
  update: oc
    .route({ method: "PUT", path: "/v1/connections/{connection_id}", tags: ["connections"] })
    .input(
      ofOne.extend({
        name: text(100).optional(),
        /** All of them: those that are left out are gone. */
        settings: settings.optional(),
        consent_mapping: consentMapping.optional(),
        state: z.enum(["active", "paused"]).optional(),
      }),
    )
    .output(changedConnection),
  /** The address before it leads here for a day longer, or not with `now`. */
  rotateAddress: oc
    .route({ method: "POST", path: "/v1/connections/{connection_id}/rotate-address", tags: ["connections"] })
    .input(ofOne.extend({ now: z.boolean().optional() }))
    .output(shownConnection),
  /** The secrets before it verify for a day longer, or not with `now`. */
  rotateSecret: oc
    .route({ method: "POST", path: "/v1/connections/{connection_id}/rotate-secret", tags: ["connections"] })
    .input(ofOne.extend({ webhook_secret: webhookSecret.optional(), now: z.boolean().optional() }))
    .output(shownConnection),
  /** Asks the shop a question that changes nothing: `problems` says what stands in the way. */
  test: oc
    .route({ method: "POST", path: "/v1/connections/{connection_id}/test", tags: ["connections"] })
    .input(ofOne)
    .output(connectionSummary),
  /**
   * What was given up, and what waits for its next try, is read again at once, and the shop is polled. `found`: what the poll found;
   * null where the platform is not polled.
   */
  retry: oc
    .route({ method: "POST", path: "/v1/connections/{connection_id}/retry", tags: ["connections"] })
    .input(ofOne)
    .output(z.object({ retried: z.int(), found: z.int().nullable() })),
  /** What was published stays. */
  remove: oc
    .route({ method: "DELETE", path: "/v1/connections/{connection_id}", tags: ["connections"] })
    .input(ofOne)
    .output(ofOne),
};

export type ConnectionDetail = z.infer<typeof connectionDetail>;
export type ConnectorSummary = z.infer<typeof connectorSummary>;
export type ConnectionSummary = z.infer<typeof connectionSummary>;
export type ChangedConnection = z.infer<typeof changedConnection>;
export type ShownConnection = z.infer<typeof shownConnection>;
