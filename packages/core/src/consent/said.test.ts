import { describe, expect, test } from "vitest";
import type { OptReading } from "./opt-out-words.ts";
import { readSaid, type Said } from "./said.ts";

const read = (...said: [Said["as"], string][]) => readSaid(said.map(([as, text]) => ({ as, text })));

describe("what stands behind a button", () => {
  test.each([
    "STOP",
    "stop",
    "OPT_OUT:42",
    "opt-out",
    "STOP_UPDATES",
    "stopUpdates",
    "unsubscribe|1042",
    "0_Stop",
    "unsubscribe#9",
    "PARAR",
    '{"action":"stop","order":1042}',
    "STOP:7f3a9c12-4b5d-4e6f-8a90-1b2c3d4e5f60",
    "stop-4f2a",
    "Stop2",
  ])("%j is an opt-out under any label (D 1.3)", (payload) => {
    expect(read(["words", "Ya no quiero esto"], ["answer", payload])).toBe<OptReading>("opt_out");
  });

  test.each([
    "CANCEL",
    "cancel:1042",
    "CANCEL_ORDER_1042",
    "remove_item_3",
    "contact_us",
    "start",
    "yes",
    "1042",
    "stop_by_at_5",
  ])("%j is none (D 1.3)", (payload) => {
    expect(read(["words", "Tap"], ["answer", payload])).toBe<OptReading>("none");
  });
});

test.each([
  "MARKETING_OPT_OUT",
  "unsubscribe_user_42",
  "action=unsubscribe&id=3",
  "optout_yes",
  "USER_STOP",
  "btn_stop",
  "STOP_ORDER_UPDATES",
  "STOP_MARKETING",
  '{"action":"user_unsubscribe"}',
])("%j behind a button is looked at by a person (D 1.3)", (payload) => {
  expect(read(["words", "Ya no quiero esto"], ["answer", payload])).toBe<OptReading>("unsure");
});

describe("the answer of a form", () => {
  test.each([
    '{"flow_token":"t","choice":"STOP"}',
    '{"flow_token":"t","screen":{"answers":["0_Keep","1_Stop messages"]}}',
    '{"flow_token":"t","unsubscribe":true}',
    '{"flow_token":"t","stop_messages":"yes"}',
    '{"flow_token":"t","comment":"please stop sending me messages"}',
    '{"flow_token":"t","opt_out":1}',
  ])("%s is an opt-out (D 1.3)", (json) => {
    expect(read(["words", "Sent"], ["answer", json])).toBe<OptReading>("opt_out");
  });

  test.each([
    "{}",
    '{"flow_token":"t","unsubscribe":false}',
    '{"flow_token":"t","choice":"START"}',
    '{"flow_token":"t","rating":5,"comment":"stop by at 5?"}',
    "not json at all",
  ])("%s is none (D 1.3)", (json) => {
    expect(read(["words", "Sent"], ["answer", json])).toBe<OptReading>("none");
  });
});

test.each(["🛑", "⛔", "🚫", "🔕", "📵"])("%s on a message is an opt-out (D 1.3)", (emoji) => {
  expect(read(["sign", emoji])).toBe<OptReading>("opt_out");
});

test.each(["👍", "❤️", "😡", ""])("%j on a message is none (D 1.3)", (emoji) => {
  expect(read(["sign", emoji])).toBe<OptReading>("none");
});

test("an opt-out beside an opt-in counts, and a word to look at hides no opt-out (D 1.3)", () => {
  expect(read(["words", "START"], ["answer", "STOP"])).toBe<OptReading>("opt_out");
  expect(read(["words", "no thanks"], ["answer", "STOP"])).toBe<OptReading>("opt_out");
  expect(read(["words", "START"], ["answer", "a1"])).toBe<OptReading>("opt_in");
  expect(read(["words", "no thanks"], ["words", "START"])).toBe<OptReading>("unsure");
  expect(read()).toBe<OptReading>("none");
});

test("a long answer is read in a moment, whatever it repeats (D 1.3)", () => {
  const begun = performance.now();
  for (const part of ["x stop by ", "stop_", "a1_", "aB", "unsub stop "])
    expect(read(["answer", part.repeat(20_000)])).not.toBe<OptReading>("opt_in");
  expect(performance.now() - begun).toBeLessThan(2_000);
});
