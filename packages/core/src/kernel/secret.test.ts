import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskPhone, pii } from "./pii.ts";
import { secret } from "./secret.ts";

const CANARY = "EAAJcanary0value";

/** Every way a value usually gets into a text. One that throws has not printed it either. */
const PRINTERS: Readonly<Record<string, (box: object) => unknown>> = {
  "a template string": (box) => `${box}`,
  "adding to a text": (box) => `value: ${String(box)}`,
  "JSON.stringify": (box) => JSON.stringify({ box, list: [box] }),
  "util.inspect": (box) => inspect({ box }, { depth: 9, showHidden: true, getters: true }),
  "util.inspect without custom inspection": (box) => inspect(box, { customInspect: false, showHidden: true }),
  "console formatting": (box) => ["%s", "%o", "%O", "%j", "%d"].map((one) => format(one, box)).join(),
  "Object.entries": (box) => inspect(Object.entries({ ...box })),
  "own property names": (box) => inspect(Reflect.ownKeys(box).map((key) => Reflect.get(box, key))),
  structuredClone: (box) => inspect(structuredClone(box)),
  "v8.serialize": (box) => serialize(box).toString("latin1"),
  "an error's message": (box) => inspect(new Error(`failed for ${String(box)}`, { cause: box })),
};

describe.each([
  { name: "a Secret", seal: secret, shown: "[secret]" },
  { name: "a Pii", seal: pii, shown: "[personal]" },
])("$name", ({ seal, shown }) => {
  it.each(Object.keys(PRINTERS))("is not printed by %s", (printer) => {
    const box: object = seal(CANARY);
    let printed: unknown = "";
    try {
      printed = PRINTERS[printer]?.(box);
    } catch (error) {
      printed = inspect(error);
    }
    expect(String(printed)).not.toContain(CANARY);
  });

  it("shows what it is instead", () => {
    expect(`${seal(CANARY)} ${JSON.stringify(seal(CANARY))} ${inspect(seal(CANARY))}`).toBe(
      `${shown} "${shown}" ${shown}`,
    );
  });

  it("gives its value only when asked to, and cannot be changed", () => {
    const box = seal(CANARY);
    expect(box.reveal()).toBe(CANARY);
    expect(() => Object.assign(box, { toString: () => CANARY })).toThrow(TypeError);
  });
});

it("a masked phone shows its beginning and its last two digits, and keeps its length", () => {
  expect(maskPhone("+16505551234")).toBe("+1********34");
  for (const phone of fc.sample(fc.stringMatching(/^\+[1-9]\d{6,14}$/), 200)) {
    const masked = maskPhone(phone);
    expect(masked).toHaveLength(phone.length);
    expect(masked.slice(2, -2)).toMatch(/^\*+$/);
  }
});
