import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { FIELD_PROBLEMS_MAX } from "./field-problems.ts";
import {
  EVENT_TYPES,
  type EventType,
  entityOf,
  type ParsedEvent,
  type PlatformEvent,
  parseEvent,
  sampleEvent,
} from "./index.ts";

const placed = sampleEvent("order.placed");

function problemAt(parsed: ParsedEvent, pointer: string): string | undefined {
  if (parsed.ok) return undefined;
  return parsed.fields.find((field) => field.pointer === pointer)?.detail;
}

function eventOf(parsed: ParsedEvent): PlatformEvent {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.event;
}

function withRecipient(recipient: object) {
  return { ...placed, data: { ...placed.data, recipient } };
}

describe("reads the vocabulary", () => {
  test.each(EVENT_TYPES)("%s: its sample is valid and reading it changes nothing", (type) => {
    expect(parseEvent(sampleEvent(type))).toEqual({ ok: true, event: sampleEvent(type) });
  });

  test.each(EVENT_TYPES)("%s: its sample survives JSON", (type) => {
    expect(parseEvent(JSON.parse(JSON.stringify(sampleEvent(type))))).toEqual({
      ok: true,
      event: sampleEvent(type),
    });
  });

  test.each(EVENT_TYPES)("%s: a field that the type does not have is refused by name", (type) => {
    const event = sampleEvent(type);
    expect(problemAt(parseEvent({ ...event, data: { ...event.data, note: "x" } }), "/data/note")).toMatch(
      /Remove/,
    );
  });

  test.each(EVENT_TYPES)("%s: every field of its data that is missing is named", (type) => {
    const event = sampleEvent(type);
    for (const field of Object.keys(event.data)) {
      const { [field as keyof typeof event.data]: _taken, ...rest } = event.data;
      expect(problemAt(parseEvent({ ...event, data: rest }), `/data/${field}`)).toBe("Send an object here.");
    }
  });

  test("the type of an event tells the type of its data", () => {
    const event = eventOf(parseEvent(sampleEvent("order.shipped")));
    if (event.type !== "order.shipped") throw new Error("another type came back");
    expectTypeOf(event.data.fulfillment.tracking_url).toEqualTypeOf<string | undefined>();
    expect(event.data.fulfillment.tracking_url).toBe("https://track.example.com/IP555010");
  });

  test("reading is total and reading twice is reading once", () => {
    const anyField = fc.oneof(fc.anything(), fc.string({ unit: "binary" }));
    const events = fc
      .record({ type: fc.constantFrom(...EVENT_TYPES), name: fc.string({ unit: "binary" }), field: anyField })
      .chain(({ type, name, field }) => {
        const event = sampleEvent(type);
        const recipient = { ...event.data.recipient, name };
        return fc.constantFrom<unknown>(
          field,
          { ...event, data: { ...event.data, recipient } },
          { ...event, time: field },
          { ...event, data: { ...event.data, recipient: field } },
          { ...event, [name]: field },
        );
      });
    fc.assert(
      fc.property(events, (input) => {
        const first = parseEvent(input);
        if (first.ok) expect(parseEvent(first.event)).toEqual(first);
        else expect(first.fields.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe("refuses what is not a CloudEvent, naming the field", () => {
  test.each([null, undefined, "order.placed", 7, [placed]])("%j is not an event", (value) => {
    expect(problemAt(parseEvent(value), "")).toMatch(/one CloudEvents 1\.0 event/);
  });

  test.each([
    ["specversion", "0.3"],
    ["specversion", undefined],
    ["id", ""],
    ["id", 12],
    ["id", "a\u0000b"],
    ["id", "x".repeat(257)],
    ["source", ""],
    ["source", "two words"],
    ["source", "100%"],
    ["type", ""],
    ["type", undefined],
    ["time", undefined],
    ["time", "yesterday"],
    ["time", "2026-03-14"],
    ["time", "2026-03-14T09:26Z"],
    ["time", "2026-03-14T09:26+05:30"],
    ["time", "2026-03-14T09:26:53"],
    ["time", "2026-02-30T09:26:53Z"],
    ["datacontenttype", "text/xml"],
    ["datacontenttype", "application/jsonp"],
    ["dataschema", "urn:webxkey:event:order.placed:2"],
    ["dataschema", "urn:webxkey:event:order.paid:1"],
    ["donotnotify", "yes"],
    ["origin", "poll"],
    ["subject", ""],
    ["data_base64", "e30="],
    ["traceParent", "x"],
    ["a_very_long_extension_name", "x"],
    ["__proto__x", "x"],
    ["extension", { nested: true }],
    ["extension", 1.5],
  ])("%s %j", (name, value) => {
    const parsed = parseEvent({ ...placed, [name]: value });
    expect(parsed).toMatchObject({ ok: false, code: "invalid_event" });
    expect(problemAt(parsed, `/${name}`)).toMatch(/^[A-Z].*\.$/);
  });

  test("every wrong field is named at once, envelope and data", () => {
    const parsed = parseEvent({ ...withRecipient({ phone: "0771234567" }), time: "today", id: "" });
    expect(parsed).toMatchObject({ ok: false, code: "invalid_event" });
    for (const pointer of ["/time", "/id", "/data/recipient/phone"])
      expect(problemAt(parsed, pointer)).toBeDefined();
  });

  test("a type outside the vocabulary is its own problem and the answer lists the known ones", () => {
    for (const type of ["order.exploded", "constructor", "__proto__"]) {
      const parsed = parseEvent({ ...placed, type });
      expect(parsed).toMatchObject({ ok: false, code: "unknown_event_type" });
      expect(problemAt(parsed, "/type")).toContain("order.placed");
    }
  });

  test("a type outside the vocabulary in a broken envelope is an invalid event", () => {
    expect(parseEvent({ ...placed, type: "order.exploded", id: "" })).toMatchObject({
      code: "invalid_event",
    });
  });

  test("a hostile key is shown short and clean, and a flood of them is cut", () => {
    const flood = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`k~/${index}\u202e${"x".repeat(500)}`, 1]),
    );
    const parsed = parseEvent({ ...placed, data: { ...placed.data, ...flood } });
    if (parsed.ok) throw new Error("accepted");
    expect(parsed.fields).toHaveLength(FIELD_PROBLEMS_MAX);
    for (const { pointer } of parsed.fields) {
      expect(pointer).toMatch(/^\/data\/k~0~1\d+x+…$/);
      expect(pointer.length).toBeLessThan(80);
    }
  });

  test("a prototype in the data is a field like any other, and refused", () => {
    const parsed = parseEvent(
      JSON.parse(JSON.stringify(placed).replace('"order":', '"__proto__":{"admin":true},"order":')),
    );
    expect(problemAt(parsed, "/data/__proto__")).toMatch(/Remove/);
  });
});

describe("keeps only what it knows", () => {
  test("extension attributes and the subject are dropped, null attributes are absent ones", () => {
    const parsed = parseEvent({
      ...placed,
      subject: "buyer@example.com",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      sequence: 7,
      constructor: "x",
      dataschema: null,
      origin: null,
    });
    expect(parsed).toEqual({ ok: true, event: placed });
  });

  test("the wish not to notify and the origin are kept", () => {
    expect(eventOf(parseEvent({ ...placed, donotnotify: true, origin: "sweep" }))).toMatchObject({
      donotnotify: true,
      origin: "sweep",
    });
  });

  test("times come back in UTC", () => {
    expect(eventOf(parseEvent({ ...placed, time: "2026-03-14T14:56:53.5+05:30" })).time).toBe(
      "2026-03-14T09:26:53.500Z",
    );
  });

  test("the content type may carry a character set", () => {
    expect(parseEvent({ ...placed, datacontenttype: "application/json; charset=utf-8" }).ok).toBe(true);
  });
});

describe("people", () => {
  test.each(["0771234567", "+0771234567", "+165055", "16505551234", "+16505551234567890", 16505551234])(
    "the phone %j is refused: it does not say whose it is",
    (phone) => {
      expect(problemAt(parseEvent(withRecipient({ phone })), "/data/recipient/phone")).toMatch(
        /phone number/,
      );
    },
  );

  test.each([
    ["+1 650 555 1234", "+16505551234"],
    ["+4407911123456", "+447911123456"],
    ["+44 (0)7911 123456", "+447911123456"],
    ["+٤٤٧٩١١١٢٣٤٥٦", "+447911123456"],
  ])("the phone %j is the person of %s (D 1.2)", (phone, e164) => {
    expect(eventOf(parseEvent(withRecipient({ phone }))).data.recipient.phone).toBe(e164);
  });

  test("a recipient without any phone is valid, and may say why", () => {
    expect(parseEvent(withRecipient({})).ok).toBe(true);
    expect(parseEvent(withRecipient({ phone_problem: "missing" })).ok).toBe(true);
    expect(parseEvent(withRecipient({ phone_problem: "unparseable" })).ok).toBe(true);
  });

  test("a phone and a phone problem contradict each other", () => {
    const parsed = parseEvent(withRecipient({ phone: "+16505551234", phone_problem: "missing" }));
    expect(problemAt(parsed, "/data/recipient/phone_problem")).toMatch(/Leave this field out/);
  });

  test("names lose control and direction characters, and keep the joiners that scripts need", () => {
    const read = eventOf(
      parseEvent(withRecipient({ name: "  Am\u202eara\u0000\n\tPerera\u2066 ශ්\u200dරී  \ud800 " })),
    );
    expect(read.data.recipient.name).toBe("Amara Perera ශ්\u200dරී");
  });

  test("a name of nothing, of more than 40 characters or with a link is no name (D 6.2)", () => {
    for (const name of ["\u200f \n", "a".repeat(41), "win at evil.example", "🍵"])
      expect(eventOf(parseEvent(withRecipient({ name }))).data.recipient.name, name).toBeUndefined();
  });

  test("the locale comes back in its canonical form; another spelling is refused", () => {
    expect(eventOf(parseEvent(withRecipient({ locale: "pt-br" }))).data.recipient.locale).toBe("pt-BR");
    for (const locale of ["en_US", "", "e", "en-".repeat(20)]) {
      expect(problemAt(parseEvent(withRecipient({ locale })), "/data/recipient/locale")).toMatch(/BCP 47/);
    }
  });
});

describe("orders", () => {
  const withOrder = (order: object) => ({
    ...placed,
    data: { ...placed.data, order: { ...placed.data.order, ...order } },
  });

  test.each([49.99, -1, "4999", 2 ** 53, Number.NaN])(
    "an amount of %j is refused: money is whole minor units",
    (amount) => {
      const parsed = parseEvent(withOrder({ total: { amount, currency: "USD" } }));
      expect(problemAt(parsed, "/data/order/total/amount")).toMatch(/^Give /);
    },
  );

  test.each(["usd", "US", "USDT", "$"])("the currency %j is refused", (currency) => {
    expect(
      problemAt(parseEvent(withOrder({ total: { amount: 1, currency } })), "/data/order/total/currency"),
    ).toMatch(/ISO 4217/);
  });

  test("a code that is nothing or too long is refused, not shortened: the customer could not find the order", () => {
    for (const code of ["", " \u202e", "9".repeat(65)]) {
      expect(problemAt(parseEvent(withOrder({ code })), "/data/order/code")).toBeDefined();
    }
  });

  test.each([
    "http://track.example.com/1",
    "javascript:alert(1)",
    "https://user:secret@track.example.com/",
    "track.example.com",
    `https://track.example.com/${"x".repeat(2_000)}`,
  ])("the tracking address %.60s is refused", (tracking_url) => {
    const shipped = sampleEvent("order.shipped");
    const data = { ...shipped.data, fulfillment: { ref: "ful_1", tracking_url } };
    expect(problemAt(parseEvent({ ...shipped, data }), "/data/fulfillment/tracking_url")).toBeDefined();
  });
});

describe("what an event is about", () => {
  test.each(EVENT_TYPES)("%s is about an order or an account", (type: EventType) => {
    expect(entityOf(sampleEvent(type) as PlatformEvent)).toEqual(
      type.startsWith("order.")
        ? { type: "order", ref: "order_01HX7", label: "1042" }
        : { type: "account", ref: "cus_01HX7" },
    );
  });
});

test.each([
  ["+4407911123456", "+447911123456"],
  ["+447911123456", "+447911123456"],
  ["+16505551234", "+16505551234"],
])("a recipient's phone %s is taken in its one canonical form %s (D 1.2)", (phone, canonical) => {
  const { data, ...event } = sampleEvent("order.placed");
  const parsed = parseEvent({ ...event, data: { ...data, recipient: { ...data.recipient, phone } } });
  expect(parsed).toMatchObject({ ok: true, event: { data: { recipient: { phone: canonical } } } });
});

test.each(["+440", "+99912345678", "+1", "4407911123456"])(
  "a recipient's phone %s that is no number is refused by its field (D 1.2)",
  (phone) => {
    const { data, ...event } = sampleEvent("order.placed");
    const parsed = parseEvent({ ...event, data: { ...data, recipient: { ...data.recipient, phone } } });
    expect(parsed).toMatchObject({ ok: false, fields: [{ pointer: "/data/recipient/phone" }] });
  },
);
