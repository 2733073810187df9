import {
  type Connector,
  defineConnector,
  type EventType,
  type Fact,
  moneyFromMajorUnits,
  type PlatformEvent,
  parsePhone,
  readLocale,
} from "@webxkey/core";
import { describe, expect, it } from "vitest";
import { PHONES } from "./happening.ts";
import {
  type ConnectorSubject,
  connectorContract,
  describeConnector,
  type Happening,
  type Occurrence,
} from "./index.ts";

/** The smallest platform there can be: one table of what happened, in its own spelling. */
interface Bazaar {
  find(id: string): Promise<BazaarRecord | undefined>;
}

interface BazaarRecord {
  id: string;
  order?: { id: string; number: string; total: string; currency: string };
  refunded?: string;
  happened: string;
  ship: BazaarAddress;
  bill: BazaarAddress;
  customer: { id: string; tel: string | null; name: string; mail: string; resetToken: string };
  language: string | null;
  quiet: boolean;
  seen?: boolean;
}

interface BazaarAddress {
  tel: string | null;
  land: string;
}

interface BazaarPayload {
  id: string;
  orderId: string;
  mail: string;
  quiet: boolean;
  seen?: boolean;
}

const HOST_EVENTS = {
  "order.placed": "OrderCreated",
  "order.shipped": "ParcelSent",
  "order.partially_refunded": "MoneyReturned",
  "account.created": "CustomerCreated",
  "account.password_reset": "PasswordForgotten",
} as const;
const TELLS = Object.keys(HOST_EVENTS) as (keyof typeof HOST_EVENTS)[];
const ORDER_TYPES = TELLS.filter((type) => type.startsWith("order."));

/** Only for the connector that looks where it must not. */
let newestBazaar: Map<string, BazaarRecord> = new Map();

function happen(happening: Happening): Occurrence<Bazaar> {
  const record = recordOf(happening);
  const records = new Map(happening.gone ? [] : [[record.id, record]]);
  newestBazaar = records;
  const payload = {
    id: record.id,
    orderId: happening.ref,
    mail: happening.email,
    quiet: happening.doNotNotify,
  } satisfies BazaarPayload;
  const hostEvent = HOST_EVENTS[happening.type as keyof typeof HOST_EVENTS];
  return { hostEvent, payload, host: { find: async (id) => records.get(id) } };
}

function recordOf(happening: Happening): BazaarRecord {
  const { type, ref, actRef, total, amount, shipping, billing, customer } = happening;
  const ownAct = type === "order.shipped" || type === "order.partially_refunded";
  return {
    id: ownAct ? actRef : ref,
    ...(type.startsWith("order.") && {
      order: { id: ref, number: happening.code, total: major(total), currency: total.currency.toLowerCase() },
    }),
    ...(type === "order.partially_refunded" && { refunded: major(amount) }),
    happened: happening.occurredAt,
    ship: { tel: shipping.phone ?? null, land: shipping.country.toLowerCase() },
    bill: { tel: billing.phone ?? null, land: billing.country.toLowerCase() },
    customer: {
      id: "customer_1",
      tel: customer.phone ?? null,
      name: happening.name,
      mail: happening.email,
      resetToken: happening.token,
    },
    language: happening.locale?.replace("-", "_") ?? null,
    quiet: happening.doNotNotify,
  };
}

function major({ amount, currency }: Happening["total"]): string {
  const decimals = { JPY: 0, KWD: 3 }[currency] ?? 2;
  return (amount / 10 ** decimals).toFixed(decimals);
}

const sound = defineConnector<Bazaar>({
  id: "bazaar",
  source: "/bazaar/main",
  events: Object.fromEntries(
    TELLS.map((type) => [HOST_EVENTS[type], { facts: factsOf(HOST_EVENTS[type]), read: readAs(type) }]),
  ),
});

function factsOf(type: string) {
  return (payload: unknown): Fact[] => {
    const { id, quiet } = (payload ?? {}) as Partial<BazaarPayload>;
    return id ? [{ key: `${type}:${id}`, type, entityId: id, doNotNotify: quiet }] : [];
  };
}

function readAs(type: keyof typeof HOST_EVENTS) {
  return async (fact: Fact, host: Bazaar): Promise<PlatformEvent | null> => {
    const record = await host.find(fact.entityId);
    if (!record) return null;
    return {
      specversion: "1.0",
      id: fact.key,
      source: "/bazaar/main",
      type,
      time: record.happened,
      ...(fact.doNotNotify && { donotnotify: true }),
      data: dataOf(type, record),
    } as PlatformEvent;
  };
}

function dataOf(type: EventType, record: BazaarRecord): object {
  const { ship, bill, customer, order } = record;
  const typed = order ? (ship.tel ?? bill.tel ?? customer.tel) : customer.tel;
  const phone = parsePhone(typed, ship.land);
  const recipient = {
    ...(phone.ok ? { phone: phone.e164 } : { phone_problem: phone.reason }),
    name: customer.name,
    customer_ref: customer.id,
    locale: readLocale(record.language),
  };
  const shop = { name: "Lucky Shrub" };
  if (!order) return { recipient, shop, account: { ref: record.id } };
  const total = moneyFromMajorUnits(order.total, order.currency);
  return {
    recipient,
    shop,
    order: { ref: order.id, code: order.number, placed_at: record.happened, total },
    ...(type === "order.shipped" && { fulfillment: { ref: record.id } }),
    ...(record.refunded && {
      refund: { ref: record.id, amount: moneyFromMajorUnits(record.refunded, order.currency) },
    }),
  };
}

function subjectOf(connector: Connector<Bazaar>): ConnectorSubject<Bazaar> {
  return { connector, tells: TELLS, saysWish: ORDER_TYPES, saysLocale: TELLS, happen };
}

// biome-ignore lint/suspicious/noExplicitAny: a broken connector writes where its types would not let it
type Broken = any;

/** The sound connector, but what it reads is spoiled. */
function reading(spoil: (event: Broken, record: BazaarRecord) => void): Connector<Bazaar> {
  return {
    ...sound,
    read: async (fact, host) => {
      const event = structuredClone(await sound.read(fact, host));
      const record = await host.find(fact.entityId);
      if (event && record) spoil(event, record);
      return event;
    },
  };
}

/** The sound connector, but the facts it makes are spoiled. */
function storing(spoil: (fact: Broken, payload: BazaarPayload) => void): Connector<Bazaar> {
  return {
    ...sound,
    facts: (hostEvent, payload) => {
      const facts = structuredClone(sound.facts(hostEvent, payload));
      for (const fact of facts) spoil(fact, payload as BazaarPayload);
      return facts;
    },
  };
}

let reads = 0;

const BREAKERS: readonly (readonly [clause: string, how: string, connector: Connector<Bazaar>])[] = [
  [
    "vocabulary",
    "adds a field",
    reading(({ data }) => {
      data.note = "gift";
    }),
  ],
  [
    "vocabulary",
    "leaves the shop out",
    reading(({ data }) => {
      delete data.shop;
    }),
  ],
  [
    "source",
    "emits under another's source",
    reading((event) => {
      event.source = "/other";
    }),
  ],
  [
    "entity",
    "names the order by its number",
    reading(({ data }) => {
      if (data.order) data.order.ref = data.order.code;
    }),
  ],
  [
    "same-act",
    "counts its readings into the id",
    reading((event) => {
      event.id += `:${reads++}`;
    }),
  ],
  [
    "other-act",
    "keys a refund by its order",
    storing((fact, payload) => {
      if (fact.type === "MoneyReturned") fact.key = `MoneyReturned:${payload.orderId}`;
    }),
  ],
  [
    "other-act",
    "keys by the id alone",
    storing((fact) => {
      fact.key = fact.entityId;
    }),
  ],
  [
    "unknown-host-event",
    "takes whatever comes",
    {
      ...sound,
      facts: (hostEvent, payload) =>
        sound.hostEvents.includes(hostEvent) ? sound.facts(hostEvent, payload) : factsOf(hostEvent)(payload),
    },
  ],
  [
    "strange-payload",
    "trusts the payload",
    {
      ...sound,
      facts: (hostEvent, payload) =>
        payload === null ? factsOf(hostEvent)({ id: "null" }) : sound.facts(hostEvent, payload),
    },
  ],
  [
    "every-host-event-tried",
    "listens to one more",
    { ...sound, hostEvents: [...sound.hostEvents, "OrderArchived"] },
  ],
  [
    "gone",
    "throws where nothing is found",
    {
      ...sound,
      read: async (fact, host) => {
        const event = await sound.read(fact, host);
        if (!event) throw new Error("not found");
        return event;
      },
    },
  ],
  [
    "clean-facts",
    "keeps the e-mail address as a state",
    storing((fact, { mail }) => {
      fact.state = mail;
    }),
  ],
  [
    "clean-facts",
    "keeps a field of its own",
    storing((fact) => {
      fact.note = "gift";
    }),
  ],
  [
    "no-token",
    "takes the token along",
    reading((event, record) => {
      if (event.type === "account.password_reset")
        event.data.recipient.customer_ref = record.customer.resetToken;
    }),
  ],
  [
    "money",
    "takes every currency for one with cents",
    reading(({ data }) => {
      if (data.order?.total.currency === "JPY") data.order.total.amount *= 100;
    }),
  ],
  [
    "amount",
    "refunds the whole order",
    reading(({ data }) => {
      if (data.refund) data.refund.amount = data.order.total;
    }),
  ],
  [
    "phone-country",
    "reads the phone with the billing country",
    reading(({ data }, { ship, bill, order }) => {
      const phone = parsePhone(ship.tel, bill.land);
      if (order && !phone.ok && data.recipient.phone && ship.tel) delete data.recipient.phone;
    }),
  ],
  [
    "phone-order",
    "prefers the billing phone",
    reading(({ data }, { bill, order }) => {
      const phone = parsePhone(bill.tel, bill.land);
      if (order && phone.ok) data.recipient.phone = phone.e164;
    }),
  ],
  [
    "no-phone",
    "invents a phone",
    reading(({ data: { recipient } }) => {
      if (recipient.phone_problem !== "missing") return;
      delete recipient.phone_problem;
      recipient.phone = "+15550783881";
    }),
  ],
  [
    "unparseable-phone",
    "keeps still about a phone it cannot read",
    reading(({ data: { recipient } }) => {
      if (recipient.phone_problem === "unparseable") recipient.phone_problem = "missing";
    }),
  ],
  [
    "time",
    "takes the time from the clock",
    reading((event) => {
      event.time = new Date().toISOString();
    }),
  ],
  [
    "do-not-notify",
    "forgets the wish",
    reading((event) => {
      delete event.donotnotify;
    }),
  ],
  [
    "do-not-notify",
    "wishes for itself",
    reading((event) => {
      event.donotnotify = true;
    }),
  ],
  [
    "locale",
    "guesses a language",
    reading(({ data }) => {
      data.recipient.locale ??= "en";
    }),
  ],
  [
    "locale",
    "forgets the language",
    reading(({ data }) => {
      delete data.recipient.locale;
    }),
  ],
  [
    "no-change",
    "marks what it read",
    reading((_event, record) => {
      record.seen = true;
    }),
  ],
  [
    "no-change",
    "marks what it was told",
    storing((_fact, payload) => {
      payload.seen = true;
    }),
  ],
  [
    "pure-facts",
    "looks the entity up",
    storing((fact) => {
      fact.state = newestBazaar.has(fact.entityId) ? "open" : "gone";
    }),
  ],
];

async function brokenClauses(
  connector: Connector<Bazaar>,
  more: Partial<ConnectorSubject<Bazaar>> = {},
): Promise<string[]> {
  const broken: string[] = [];
  for (const { clause, run } of connectorContract({ ...subjectOf(connector), ...more })) {
    await run().catch(() => broken.push(clause));
  }
  return broken;
}

describeConnector({ describe, it }, subjectOf(sound));

describe("the contract itself", () => {
  it.each(BREAKERS)(
    "%s fails, and nothing else does, for a connector that %s",
    async (clause, _how, connector) => {
      expect(await brokenClauses(connector)).toEqual([clause]);
    },
  );

  it("has for every clause a connector that breaks it", () => {
    const broken = new Set(BREAKERS.map(([clause]) => clause));
    expect(
      connectorContract(subjectOf(sound))
        .map(({ clause }) => clause)
        .filter((clause) => !broken.has(clause)),
    ).toEqual([]);
  });

  it("names each clause once, with a sentence", () => {
    const clauses = connectorContract(subjectOf(sound));
    expect(new Set(clauses.map(({ clause }) => clause)).size).toBe(clauses.length);
    for (const { sentence } of clauses) expect(sentence.length).toBeGreaterThan(20);
  });

  it("leaves out what a platform cannot say", () => {
    const quiet = { ...subjectOf(sound), tells: ["account.created"] as const, saysWish: [], saysLocale: [] };
    const names = connectorContract(quiet).map(({ clause }) => clause);
    for (const name of ["do-not-notify", "locale", "no-token", "money", "phone-order"])
      expect(names).not.toContain(name);
    expect(names).toContain("no-phone");
  });

  it("takes an id in the platform's own form, and no other", async () => {
    const numbered = {
      ...subjectOf(sound),
      happen: (of: Happening) => happen({ ...of, ref: `no-${of.ref}` }),
    };
    const broken: string[] = [];
    for (const { clause, run } of connectorContract({ ...numbered, refOf: (ref) => `no-${ref}` })) {
      await run().catch(() => broken.push(clause));
    }
    for (const { clause, run } of connectorContract(numbered)) await run().catch(() => broken.push(clause));
    expect(broken).toEqual(["entity"]);
  });

  it("asks no second act and no amount of what a platform marks on the order once", async () => {
    const once = reading((event) => {
      if (event.type === "order.partially_refunded") event.id = `refunded:${event.data.order.ref}`;
      if (event.data.refund) event.data.refund.amount = event.data.order.total;
    });
    expect(await brokenClauses(once)).toEqual(["other-act", "amount"]);
    expect(await brokenClauses(once, { oncePerOrder: ["order.partially_refunded"] })).toEqual([]);
  });

  it("looks for a phone only where the platform keeps one", async () => {
    const guests = reading(({ data: { recipient } }) => {
      if (recipient.phone !== PHONES.customer) return;
      delete recipient.phone;
      recipient.phone_problem = "missing";
    });
    const orders = { tells: ORDER_TYPES, saysLocale: ORDER_TYPES };
    expect(await brokenClauses(guests, orders)).toContain("phone-order");
    expect(await brokenClauses(guests, { ...orders, phones: ["shipping", "billing"] })).not.toContain(
      "phone-order",
    );
  });

  it("fails a connector that tells nothing", async () => {
    expect(await brokenClauses({ ...sound, read: async () => null })).toContain("vocabulary");
  });
});
