import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeWamid } from "./simulator/wamid.ts";
import { setStage } from "./test-support/stage.ts";

const folder = new URL("../../../test/fixtures/meta/", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder), "utf8");
const names = JSON.parse(read("names.json")) as string[];

test("there is one fixture for each name of the list, and no other", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json") && file !== "names.json");
  expect(files.sort()).toEqual(names.map((name) => `${name}.json`).sort());
});

describe.each(names)("the fixture %s", (name) => {
  const text = read(`${name}.json`);

  test("is a webhook body of the demo account", () => {
    const body = JSON.parse(text);
    expect(body.object).toBe("whatsapp_business_account");
    expect(body.entry[0].id).toBe("102290129340398");
    expect(body.entry[0].changes[0]).toEqual({ field: expect.any(String), value: expect.any(Object) });
  });

  test("has 555 numbers only, in the open and inside its message ids", () => {
    const wamids = text.match(/wamid\.[A-Za-z0-9+/=]+/g) ?? [];
    const hidden = wamids.map((wamid) => decodeWamid(wamid)?.digits);
    const open = [
      ...text.matchAll(/"(?:wa_id|from|to|recipient_id|phone_number|display_phone_number)": "(\d+)"/g),
    ];
    for (const digits of [...hidden, ...open.map((match) => match[1])])
      expect(digits).toMatch(/^1(650)?555\d+$/);
  });
});

test("every fixture can be delivered, signed", async () => {
  await using stage = await setStage();
  for (const name of names) await stage.simulator.deliver(JSON.parse(read(`${name}.json`)));
  expect(stage.receiver.arrivals).toHaveLength(names.length);
  expect(stage.receiver.arrivals.every(({ isSigned }) => isSigned)).toBe(true);
});
