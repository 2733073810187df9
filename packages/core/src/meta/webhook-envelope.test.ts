import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../kernel/json.ts";
import { parseWebhookBody, splitWebhook } from "./webhook-envelope.ts";

describe("parseWebhookBody", () => {
  it.each([
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", "9007199254740993"],
    ["-9007199254740993", "-9007199254740993"],
    ["1315502779341834", 1315502779341834],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ["1.5", 1.5],
    ["-122.16155960083124", -122.16155960083124],
    ["1e30", 1e30],
  ])("reads the number %s exactly", (literal, value) => {
    expect(parseWebhookBody(`{"message_template_id": ${literal}, "in": [${literal}]}`)).toEqual({
      message_template_id: value,
      in: [value],
    });
  });

  it("leaves digits inside a text alone", () => {
    expect(parseWebhookBody('{"a":"x:9007199254740993,","b":9007199254740993}')).toEqual({
      a: "x:9007199254740993,",
      b: "9007199254740993",
    });
  });

  it.each([
    "",
    "{",
    "[1,]",
    '{"a":9007199254740993',
    '{"__proto__":{"a":9007199254740993}}',
    '{"constructor":1}',
    '{"a":1,"a":2}',
    '{"in":[{"a":1,"\\u0061":2}]}',
    `${"[".repeat(40)}${"]".repeat(40)}`,
  ])("does not accept %j", (text) => {
    expect(parseWebhookBody(text)).toBeUndefined();
  });
});

it("takes colons in texts, empty keys and empty objects for what they are", () => {
  const body = { "": { "a:b": ":", c: {}, d: [{}, { "": 1 }] } };
  expect(parseWebhookBody(JSON.stringify(body))).toEqual(body);
});

describe("splitWebhook", () => {
  it("gives ids that a database can be asked for, whatever was sent", () => {
    const value = { metadata: { phone_number_id: "1\ud800" } };
    const body: Json = { entry: [{ id: "1\0", changes: [{ field: "messages", value }] }] };
    expect(splitWebhook(body)).toMatchObject([{ wabaId: "1\ufffd", phoneNumberId: "1\ufffd", value }]);
  });

  const metadata = { display_phone_number: "15550783881", phone_number_id: "106540352242922" };

  it("gives each change of each entry with the account and number it belongs to", () => {
    const body: Json = {
      object: "whatsapp_business_account",
      entry: [
        { id: "1", time: 1739321024, changes: [{ field: "security", value: { event: "PIN_CHANGED" } }] },
        {
          id: "2",
          changes: [
            { field: "messages", value: { metadata, statuses: [] } },
            { field: "history", value: { metadata, history: [] } },
          ],
        },
      ],
    };
    const object = "whatsapp_business_account";
    const phoneNumberId = "106540352242922";
    expect(splitWebhook(body)).toEqual([
      {
        object,
        wabaId: "1",
        entryTime: 1739321024,
        field: "security",
        phoneNumberId: undefined,
        value: { event: "PIN_CHANGED" },
      },
      {
        object,
        wabaId: "2",
        entryTime: undefined,
        field: "messages",
        phoneNumberId,
        value: { metadata, statuses: [] },
      },
      {
        object,
        wabaId: "2",
        entryTime: undefined,
        field: "history",
        phoneNumberId,
        value: { metadata, history: [] },
      },
    ]);
  });

  it("finds object and field also where Meta's samples misplaced them", () => {
    const misplaced: Json = {
      entry: [
        {
          id: "1",
          object: "whatsapp_business_account",
          changes: [{ value: { event: "X", field: "account_update" } }],
        },
      ],
    };
    expect(splitWebhook(misplaced)).toMatchObject([
      { object: "whatsapp_business_account", field: "account_update", wabaId: "1" },
    ]);
  });

  it("reads ids that come as numbers, long ones included", () => {
    const body = parseWebhookBody(
      '{"entry":[{"id":90071992547409931,"changes":[{"field":"x","value":{}}]},{"id":12,"changes":[{}]}]}',
    );
    expect(splitWebhook(body ?? null).map(({ wabaId }) => wabaId)).toEqual(["90071992547409931", "12"]);
  });

  it.each<[string, Json]>([
    ["null", null],
    ["a text", "hello"],
    ["a list", [1, 2]],
    ["an object without entries", { object: "page" }],
    ["an entry without changes", { entry: [{ id: "1", messaging: [] }] }],
    ["an entry that is null", { entry: [null] }],
    ["a change that is a number", { entry: [{ id: "1", changes: [7] }] }],
  ])("keeps %s as one change without a field", (_name, body) => {
    expect(splitWebhook(body)).toMatchObject([{ field: undefined, value: expect.toSatisfy(() => true) }]);
  });

  it("never throws and never loses a change, whatever the JSON", () => {
    const key = fc.constantFrom(
      "entry",
      "changes",
      "field",
      "value",
      "metadata",
      "phone_number_id",
      "id",
      "time",
    );
    const { json } = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<Json[]>(null, 1, "x"),
        fc.array(tie("json") as fc.Arbitrary<Json>, { maxLength: 3 }),
        fc.dictionary(key, tie("json") as fc.Arbitrary<Json>, { maxKeys: 4 }),
      ),
    }));
    void fc.assert(
      fc.property(fc.array(json, { maxLength: 3 }), (changes) => {
        expect(splitWebhook({ entry: [{ id: "1", changes }] })).toHaveLength(changes.length);
        for (const change of changes) expect(splitWebhook(change)).toBeInstanceOf(Array);
      }),
    );
  });
});
