import { expect, test } from "vitest";
import { parseJsonAfterNotice, parsePlatformJson, parseUntrustedJson, withoutDeepParts } from "./json.ts";
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

test("reads a platform's answer behind byte order marks and empty lines (D 9.4)", () => {
  const text = Buffer.from('\uFEFF\r\n\uFEFF[{"id":1}]').toString();
  expect(parsePlatformJson(text)).toEqual([{ id: 1 }]);
  expect(parsePlatformJson("\uFEFF")).toBeUndefined();
});

test.each<[string, string, unknown]>([
  ["too deep", `{"id":1,"meta":${deep(40)},"end":"]"}`, { id: 1, meta: undefined, end: "]" }],
  ["__proto__", '{"id":1,"meta":[{"__proto__":{"a":1},"b":2}]}', { id: 1, meta: [{ b: 2 }] }],
  [
    "constructor within what is too deep",
    `[{"a":${"[".repeat(40)}{"constructor":1}${"]".repeat(40)}},7]`,
    undefined,
  ],
])("reads a platform's answer in spite of one field that is %s (D 9.4)", (_what, text, expected) => {
  const read = parsePlatformJson(text);
  expect(read).toBeDefined();
  if (expected) expect(read).toMatchObject(JSON.parse(JSON.stringify(expected)));
  // What it kept, every strict reader takes.
  expect(parseUntrustedJson(JSON.stringify(read))).toEqual(read);
});

test.each([
  ["a notice before it", '<br /><b>Notice</b>: Undefined index: x in /srv/a.php on line 3<br />[{"id":1}]'],
  ["a page", "<!doctype html><title>Maintenance</title>"],
  ["half of it", '[{"id":1}'],
  ["nothing", ""],
])("does not take for an answer what is not JSON: %s (D 9.4)", (_what, text) => {
  expect(parsePlatformJson(text)).toBeUndefined();
});

test("cuts only what is too deep, with brackets in texts left alone (D 9.4)", () => {
  const text = `{"a":"${"[".repeat(50)}","b":${deep(JSON_DEPTH_MAX - 1)}}`;
  expect(withoutDeepParts(text)).toBe(text);
  expect(withoutDeepParts(`{"a":${deep(JSON_DEPTH_MAX)},"b":1}`)).toBe(
    `{"a":${"[".repeat(JSON_DEPTH_MAX - 1)}null${"]".repeat(JSON_DEPTH_MAX - 1)},"b":1}`,
  );
});

test("reads JSON behind a notice that has brackets of its own, and none that does not go on to the end (D 9.4)", () => {
  const notice =
    "<br />\n<b>Warning</b>: Undefined index [x] {y} in <b>/srv/a.php</b> on line <b>12</b><br />\n";
  expect(parseJsonAfterNotice(`${notice}[{"id":7}]`)).toEqual([{ id: 7 }]);
  expect(parseJsonAfterNotice('[{"id":7}]')).toEqual([{ id: 7 }]);
  expect(parseJsonAfterNotice(`${notice}[{"id":7}]<!-- cached -->`)).toBeUndefined();
  expect(parseJsonAfterNotice(`${"[".repeat(60)}"`)).toBeUndefined();
});
