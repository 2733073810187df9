import { expect, test } from "vitest";
import { canaries } from "./canaries.ts";
import { findLeaks } from "./find-leaks.ts";

const PHONE = "+16505551234";
const WAMID = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA";

test.each([
  { what: "a phone number", line: `sent to ${PHONE}`, kind: "phone number" },
  { what: "a phone number of any country", line: '{"to":"+94771234567"}', kind: "phone number" },
  { what: "a phone number with blanks", line: "to +1 650 555 1234 at 12:00", kind: "phone number" },
  { what: "a phone number in brackets and dashes", line: "to +1 (650) 555-1234", kind: "phone number" },
  { what: "a phone number in an address", line: "GET /contacts?phone=%2B16505551234", kind: "phone number" },
  { what: "a phone number in escaped JSON", line: '"\\u002b94771234567"', kind: "phone number" },
  { what: "the number of a customer as Meta writes it", line: '"wa_id":"16505551234"', kind: "phone number" },
  {
    what: "the number of a sender as Meta writes it",
    line: "display_phone_number=15550783881",
    kind: "phone number",
  },
  { what: "a wamid", line: `accepted ${WAMID}`, kind: "message id (wamid)" },
  { what: "a token of Meta's", line: `token=EAAJB${"aZ9".repeat(20)}`, kind: "token" },
  { what: "an API key", line: `key ${"wxk_"}${"aZ9".repeat(14)}b`, kind: "token" },
  { what: "a secret that signs events", line: `${"whsec_"}${"aZ9/".repeat(11)}=`, kind: "token" },
  { what: "a token of the simulator", line: "using SIM_TOKEN_1", kind: "token" },
  { what: "a bearer header", line: '"authorization":"Bearer abcdef123456"', kind: "token" },
  {
    what: "an access token in an address",
    line: "GET /debug_token?access_token=abcdef123456789",
    kind: "token",
  },
  {
    what: "an access token in JSON within JSON",
    line: '{\\"access_token\\":\\"abcdef123456789\\"}',
    kind: "token",
  },
  { what: "an app secret", line: "appSecret: 0123456789abcdef0123456789abcdef", kind: "secret" },
  { what: "a root key", line: "WEBXKEY_ROOT_KEY=q83vEjRWeJq83vEjRWeJq83vEjRWeJ", kind: "secret" },
  {
    what: "a connection string",
    line: "to postgresql://webxkey:0123456789ab@127.0.0.1/shop",
    kind: "secret",
  },
])("finds $what", ({ line, kind }) => {
  expect(findLeaks(line).map((leak) => leak.kind)).toContain(kind);
});

test.each(Object.entries(canaries))("finds the planted %s", (_name, value) => {
  expect(findLeaks(`msg="${value}"`).map((leak) => leak.kind)).toContain("canary");
});

test("finds a planted text whatever its case", () => {
  expect(findLeaks(canaries.messageText.toUpperCase())).toHaveLength(1);
});

test("names the line and hides all but three characters of what it found", () => {
  const leaks = findLeaks(`one\ntwo\nsent to ${PHONE}`);
  expect(leaks.map((leak) => leak.line)).toEqual(leaks.map(() => 3));
  expect(leaks[0]?.masked).toBe("+16… (12 characters)");
  expect(JSON.stringify(leaks)).not.toContain("6505551234");
});

test("passes over the names of tests, which are code", () => {
  const name = `masks ${PHONE} in an error`;
  expect(findLeaks(` ✓ phone.test.ts > ${name} 12ms`, [name])).toEqual([]);
  expect(findLeaks(` ✓ phone.test.ts > ${name} 12ms ${PHONE}`, [name])).not.toEqual([]);
});

test("does not excuse a value because a test has it as its name", () => {
  expect(findLeaks(`to ${PHONE}`, [PHONE])).not.toEqual([]);
});

test.each([
  "2026-11-23T12:59:40.123+00:00 info ready on 127.0.0.1:34471 after 1404 ms",
  '{"level":30,"time":1795438780123,"pid":12374,"msg":"sent","message":"msg_01k3v9","phone":"[phone …34]"}',
  "sha512-4Oj/iF2TDCe2lcH0n4TupPR5sSdrNLclJB6xBElLMPCUOAvBhdf2rRlSaO5M4erJ6g4Fyy7YTXTpcmfFsKyxEAA==",
  "order_01JCANARYX7351 wamid=[wamid] token=[secret] authorization=[Bearer …]",
  "postgresql://webxkey:***@127.0.0.1:5432/shop and postgresql://127.0.0.1:5432/postgres  0.16505551234 s  build 216505551234",
  'error: relation "access_token" does not exist; column password: varchar',
  "The access token is expired. Connect the sender again.",
])("is calm about: %s", (line) => {
  expect(findLeaks(line)).toEqual([]);
});
