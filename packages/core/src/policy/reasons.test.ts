import { describe, expect, test } from "vitest";
import { AUTO_RELEASED_HOLDS, REASON_CODES, sentenceOf } from "./reasons.ts";

describe.each(REASON_CODES)("%s", (code) => {
  test("has a sentence that is complete in itself, with and without a subject", () => {
    for (const detail of [undefined, "order_confirmation", "PAUSED"]) {
      const sentence = sentenceOf(detail === undefined ? { code } : { code, detail });
      expect(sentence).toMatch(/^(Not sent|Not delivered|Needs your decision|Waiting|Cancelled)\b.*\S/);
      expect(sentence).not.toMatch(/undefined|null|\[object|\(\)|\s{2}|\s[.,)]|\s$/);
    }
  });
});

describe("sentences", () => {
  test("only what waits for a person says so (D 8.6)", () => {
    for (const code of REASON_CODES)
      if (AUTO_RELEASED_HOLDS.includes(code))
        expect(sentenceOf({ code })).not.toMatch(/decision|release|[Oo]n hold/);
  });

  test("no two reasons sound the same", () => {
    const sentences = REASON_CODES.map((code) => sentenceOf({ code, detail: "x" }));
    expect(new Set(sentences).size).toBe(REASON_CODES.length);
  });

  test("a reason with a subject names it", () => {
    expect(sentenceOf({ code: "template_missing", detail: "order_shipped" })).toContain("order_shipped");
    expect(sentenceOf({ code: "template_not_approved", detail: "PAUSED" })).toContain("PAUSED");
    expect(sentenceOf({ code: "parameter_missing", detail: "order_code" })).toContain("order_code");
  });

  test("who is asked to correct something is told when that counts (D 9.9)", () => {
    const asking = REASON_CODES.filter((code) => !(AUTO_RELEASED_HOLDS as string[]).includes(code))
      .map((code) => sentenceOf({ code, detail: "x" }))
      .filter((sentence) => /^Not sent: .*\b(Correct|Create|Add|Enter|Fill)\b/.test(sentence));
    expect(asking.length).toBeGreaterThan(5);
    for (const sentence of asking)
      expect(sentence).toMatch(/later messages .*will be sent|then it can be sent/);
  });

  test("holds that end by themselves are told as holds", () => {
    for (const code of AUTO_RELEASED_HOLDS) expect(sentenceOf({ code })).toMatch(/^Waiting/);
  });
});
