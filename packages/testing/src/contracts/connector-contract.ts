import assert from "node:assert/strict";
import { type Connector, type EventType, type Fact, type PlatformEvent, parseEvent } from "@webxkey/core";
import { deepFrozen, guarded } from "./guarded.ts";
import { CANARIES, type Happening, happening, type Occurrence, PHONES } from "./happening.ts";

/** A connector, and what it takes to try it out. */
export interface ConnectorSubject<Host> {
  readonly connector: Connector<Host>;
  /** The types of the vocabulary that it tells of. */
  readonly tells: readonly EventType[];
  /** Those of them where the platform lets a merchant say that the customer is not to be told. */
  readonly saysWish: readonly EventType[];
  /** Those of them where the platform knows the customer's language. */
  readonly saysLocale: readonly EventType[];
  /** How the platform writes an id, where its ids have a form of their own, such as a running number. As it is, if not given. */
  refOf?(ref: string): string;
  /**
   * Those of `tells` that the platform keeps on the order itself, with no record and no amount of their own, such as the mark
   * that it is paid: they happen to an order once.
   */
  readonly oncePerOrder?: readonly EventType[];
  /** Where the platform keeps phones that an order can be told to, in the order they are taken. All three, if not given. */
  readonly phones?: readonly PhonePlace[];
  /** Puts a happening of a type in `tells` into the platform's own shape. Each call makes a host of its own. */
  happen(happening: Happening): Occurrence<Host> | Promise<Occurrence<Host>>;
}

export type PhonePlace = keyof typeof PHONES;

/** One rule that every connector keeps. */
export interface Clause {
  readonly clause: string;
  /** The rule, as the name of a test. */
  readonly sentence: string;
  /** Rejects with an AssertionError that says what was found instead. */
  run(): Promise<void>;
}

const ENTITIES = ["fulfillment", "refund", "return", "payment"] as const;
const FACT_FIELDS = new Set(["key", "type", "entityId", "state", "occurredAt", "doNotNotify", "inStates"]);
const UNKNOWN_HOST_EVENTS = ["webxkey.no-such-event", "", "constructor", "__proto__", "toString"];

/** What every connector promises. A clause about something the platform cannot say is left out. */
export function connectorContract<Host>(subject: ConnectorSubject<Host>): Clause[] {
  const { connector, tells, saysWish, saysLocale, oncePerOrder = [] } = subject;
  const { phones = ["shipping", "billing", "customer"], refOf = (ref: string) => ref } = subject;
  const orderTypes = tells.filter((type) => type.startsWith("order."));
  const resets = tells.filter((type) => type === "account.password_reset");
  const amounts = orderTypes.filter(
    (type) =>
      ["order.paid", "order.refunded", "order.partially_refunded"].includes(type) &&
      !oncePerOrder.includes(type),
  );

  async function occur(type: EventType, changes?: Partial<Happening>): Promise<Occurrence<Host>> {
    return await subject.happen(happening(type, changes));
  }

  function factsOf({ hostEvent, payload }: Occurrence<Host>): readonly Fact[] {
    const facts = connector.facts(hostEvent, payload);
    assert.ok(Array.isArray(facts), `facts(${hostEvent}) must give an array at once`);
    return facts;
  }

  /** The event of the type that the happening is about; what else the connector makes of it is not looked at. */
  async function told(type: EventType, changes?: Partial<Happening>): Promise<PlatformEvent> {
    return await toldOf(type, await occur(type, changes));
  }

  async function toldOf(type: EventType, occurrence: Occurrence<Host>): Promise<PlatformEvent> {
    const events: (PlatformEvent | null)[] = [];
    for (const fact of factsOf(occurrence)) events.push(await connector.read(fact, occurrence.host));
    const event = events.find((candidate) => candidate?.type === type);
    assert.ok(event, `${type} happened (${occurrence.hostEvent}) and was not told`);
    return event;
  }

  function clause(
    name: string,
    types: readonly EventType[],
    sentence: string,
    run: (type: EventType) => Promise<void>,
  ): Clause[] {
    if (types.length === 0) return [];
    return [
      {
        clause: name,
        sentence,
        async run() {
          for (const type of types) await run(type);
        },
      },
    ];
  }

  return [
    ...clause(
      "vocabulary",
      tells,
      "emits only events of the vocabulary, with data that fits their schema",
      async (type) => {
        const parsed = parseEvent(await told(type));
        assert.ok(parsed.ok, `${type}: ${parsed.ok ? "" : JSON.stringify(parsed.fields)}`);
      },
    ),

    ...clause("source", tells, "emits every event under its own source", async (type) => {
      assert.equal((await told(type)).source, connector.source);
    }),

    ...clause("entity", tells, "names the order or account by the platform's own id", async (type) => {
      const { data } = await told(type, { ref: "ref_555" });
      assert.equal("order" in data ? data.order.ref : data.account.ref, refOf("ref_555"), type);
    }),

    ...clause(
      "same-act",
      tells,
      "gives the same act the same source and id, however often it is told",
      async (type) => {
        const occurrence = await occur(type);
        const first = await toldOf(type, occurrence);
        for (const again of [await toldOf(type, occurrence), await told(type)]) {
          assert.deepEqual([again.source, again.id], [first.source, first.id], type);
        }
      },
    ),

    ...clause(
      "other-act",
      tells,
      "gives another act another id: a second part refund of one order counts",
      async (type) => {
        const first = await told(type);
        const acts = [first, await told(type, { ref: "ref_2", actRef: "act_2" })];
        const isActOfItsOwn = ENTITIES.some((entity) => entity in first.data) && !oncePerOrder.includes(type);
        if (isActOfItsOwn) acts.push(await told(type, { actRef: "act_3" }));
        for (const other of tells) if (other !== type) acts.push(await told(other));
        const ids = acts.map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length, `${type}: ${ids.join(", ")}`);
      },
    ),

    {
      clause: "unknown-host-event",
      sentence: "makes no facts of a host event that it does not know",
      async run() {
        for (const hostEvent of UNKNOWN_HOST_EVENTS)
          assert.deepEqual([...connector.facts(hostEvent, { id: "1" })], [], hostEvent);
      },
    },

    {
      clause: "strange-payload",
      sentence: "makes no facts of a payload that it does not understand, and does not throw",
      async run() {
        for (const hostEvent of connector.hostEvents) {
          for (const payload of [undefined, null, "text", 7, [], {}]) {
            assert.deepEqual(
              [...connector.facts(hostEvent, payload)],
              [],
              `${hostEvent} ${JSON.stringify(payload)}`,
            );
          }
        }
      },
    },

    {
      clause: "every-host-event-tried",
      sentence: "is tried here with every host event that it listens to",
      async run() {
        const tried = new Set<string>();
        for (const type of tells) tried.add((await occur(type)).hostEvent);
        assert.deepEqual([...connector.hostEvents].sort(), [...tried].sort());
      },
    },

    ...clause(
      "gone",
      tells,
      "has nothing to tell of an entity that is gone, and does not throw",
      async (type) => {
        const occurrence = await occur(type, { gone: true });
        for (const fact of factsOf(occurrence))
          assert.equal(await connector.read(fact, occurrence.host), null, type);
      },
    ),

    ...clause(
      "clean-facts",
      tells,
      "stores no phone number, name, e-mail address or token in a fact, nor any field of its own",
      async (type) => {
        for (const fact of factsOf(await occur(type))) {
          assert.deepEqual(
            Object.keys(fact).filter((field) => !FACT_FIELDS.has(field)),
            [],
            type,
          );
          const stored = JSON.stringify(fact).toLowerCase();
          const canaries = [
            ...CANARIES.name.split(" "),
            CANARIES.email,
            CANARIES.token,
            ...CANARIES.phoneDigits,
          ];
          const found = canaries.filter((canary) => stored.includes(canary.toLowerCase()));
          assert.deepEqual(found, [], type);
        }
      },
    ),

    ...clause("no-token", resets, "never takes the token of a password reset", async (type) => {
      const event = JSON.stringify(await told(type));
      const forms = [
        CANARIES.token,
        Buffer.from(CANARIES.token).toString("base64"),
        Buffer.from(CANARIES.token).toString("hex"),
      ];
      assert.deepEqual(
        forms.filter((form) => event.includes(form)),
        [],
        type,
      );
    }),

    ...clause(
      "money",
      orderTypes,
      "gives an order's total in minor units with its currency",
      async (type) => {
        for (const total of [
          usd(4_999),
          { amount: 5_000, currency: "JPY" },
          { amount: 12_345, currency: "KWD" },
        ]) {
          const { data } = await told(type, { total, amount: total });
          assert.deepEqual("order" in data && data.order.total, total, type);
        }
      },
    ),

    ...clause("amount", amounts, "gives what was paid or refunded, not the order's total", async (type) => {
      const { data } = await told(type, { total: usd(4_999), amount: usd(1_250) });
      const act = "refund" in data ? data.refund : "payment" in data ? data.payment : undefined;
      assert.deepEqual(act?.amount, usd(1_250), type);
    }),

    ...clause(
      "phone-country",
      orderTypes,
      "reads a phone number with the country of the shipping address",
      async (type) => {
        const places = { shipping: { country: "US" }, billing: { country: "LK" }, customer: {} };
        const [place = "shipping"] = phones;
        const typed = { ...places[place], phone: "(650) 555-1234" };
        const { recipient } = (await told(type, { ...places, [place]: typed })).data;
        assert.equal(recipient.phone, "+16505551234", type);
      },
    ),

    ...clause(
      "phone-order",
      orderTypes,
      "takes the phone of the shipping address, then billing, then customer",
      async (type) => {
        const nowhere = { shipping: { country: "US" }, billing: { country: "US" }, customer: {} };
        for (const [index, place] of phones.entries()) {
          const without = phones.slice(0, index).map((earlier) => [earlier, nowhere[earlier]]);
          const { recipient } = (await told(type, Object.fromEntries(without))).data;
          assert.equal(recipient.phone, PHONES[place], `${type}: ${place}`);
        }
      },
    ),

    ...clause(
      "no-phone",
      tells,
      "tells of somebody without a phone as of somebody without a phone",
      async (type) => {
        const { phone, phone_problem = "missing" } = (await told(type, withPhone(undefined))).data.recipient;
        assert.deepEqual({ phone, phone_problem }, { phone: undefined, phone_problem: "missing" }, type);
      },
    ),

    ...clause("unparseable-phone", tells, "says so where a phone number cannot be read", async (type) => {
      const { phone, phone_problem } = (await told(type, withPhone("ask at the desk"))).data.recipient;
      assert.deepEqual({ phone, phone_problem }, { phone: undefined, phone_problem: "unparseable" }, type);
    }),

    ...clause("time", tells, "says when it happened at the platform, not when it was read", async (type) => {
      for (const occurredAt of ["2026-03-14T09:26:53.000Z", "2024-02-29T23:59:59.000Z"]) {
        const { time } = await told(type, { occurredAt });
        assert.equal(new Date(time).toISOString(), occurredAt, type);
      }
    }),

    ...clause(
      "do-not-notify",
      saysWish,
      "passes on the wish not to tell the customer, and only where there is one",
      async (type) => {
        assert.equal((await told(type, { doNotNotify: true })).donotnotify, true, type);
        assert.notEqual((await told(type, { doNotNotify: false })).donotnotify, true, type);
      },
    ),

    ...clause(
      "locale",
      saysLocale,
      "gives the customer's language as a BCP 47 tag, and none where none is known",
      async (type) => {
        for (const locale of ["pt-BR", "si-LK"]) {
          assert.equal((await told(type, { locale })).data.recipient.locale, locale, type);
        }
        const { locale: _unknown, ...nameless } = happening(type);
        assert.equal(
          (await toldOf(type, await subject.happen(nameless))).data.recipient.locale,
          undefined,
          type,
        );
      },
    ),

    ...clause("no-change", tells, "changes nothing of what the host gave", async (type) => {
      const { hostEvent, payload, host } = await occur(type);
      for (const fact of connector.facts(hostEvent, deepFrozen(payload))) {
        await connector.read(deepFrozen(fact), guarded(host));
      }
    }),

    ...clause(
      "pure-facts",
      tells,
      "makes facts of the payload alone, whatever the host holds by then",
      async (type) => {
        const before = await occur(type);
        const facts = structuredClone(factsOf(before));
        await occur(type, { ref: "ref_2", actRef: "act_2", gone: true });
        assert.deepEqual(factsOf(before), facts, type);
      },
    ),
  ];
}

function usd(amount: number) {
  return { amount, currency: "USD" };
}

/** The same phone, or none, in every place where a person may have typed one. */
function withPhone(typed: string | undefined): Partial<Happening> {
  const phone = typed === undefined ? {} : { phone: typed };
  return { shipping: { ...phone, country: "US" }, billing: { ...phone, country: "US" }, customer: phone };
}
