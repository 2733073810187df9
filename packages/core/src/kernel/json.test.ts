import { expect, test } from "vitest";
import { parseUntrustedJson } from "./json.ts";
import { JSON_DEPTH_MAX } from "./limits.ts";

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

test.each([
  ["a text", '"tea: {[,]}"'],
  ["a number", "-1.5e3"],
  ["null", "null"],
  ["an empty object", "{}"],
  ["members within members", '{"a":{"b":[{"c":1},{"c":2}],"d":null},"e":"\\"x\\":1"}'],
  ["a key that only looks like a poisonous one", '{"proto":1,"constructors":{"__proto":2}}'],
  ["as deep as allowed", deep(JSON_DEPTH_MAX)],
])("takes what means one thing, as JSON.parse does: %s", (_what, text) => {
  expect(parseUntrustedJson(text)).toEqual(JSON.parse(text));
});

test.each([
  ["no JSON", "{"],
  ["nothing", ""],
  ["a key given twice", '{"a":1,"a":2}'],
  ["a key given twice with another value's kind", '{"a":{"b":1},"a":[]}'],
  ["a key given twice deep inside", '{"x":[[{"a":1,"b":2,"a":3}]]}'],
  ["a key given twice, once escaped", '{"a":1,"\\u0061":1}'],
  ["__proto__", '{"__proto__":{"a":1}}'],
  ["__proto__, escaped and deep inside", '{"x":[{"\\u005f_proto__":1}]}'],
  ["constructor", '{"a":{"constructor":1}}'],
  ["prototype", '[{"prototype":1}]'],
  ["one level too deep", deep(JSON_DEPTH_MAX + 1)],
  ["ten thousand levels", deep(10_000)],
])("refuses what could be read in two ways, poison an object or exhaust a stack: %s", (_what, text) => {
  expect(parseUntrustedJson(text)).toBeUndefined();
});
