import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pii } from "../kernel/pii.ts";
import { ERROR_DECISIONS, type RetryWait, retryWaitMs } from "./error-decisions.ts";
import { decideOnFailedStatus, decideOnGraphError } from "./error-table.ts";

const between = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Every code of the contract's error list, ranges written out; its template subcodes travel under code 100. */
const CONTRACT_CODES = [
  ...[0, 1, 2, 3, 4, 10, 17, 33, 100, 102, 104, 190, ...between(200, 299), 368, 613, 2500, 80007, 80008],
  ...[130403, 130429, 130472, 130497, 131000, 131002, 131005, 131008, 131009, 131016, 131020, 131041],
  ...[131201, 131207, 131208, 131021, 131026, 131030, 131031, 131037, 131042, 131044, 131045, 131047, 131048],
  ...[131049, 131050, 131051, 131052, 131053, 131055, 131056, 131057, 131059, 131060, 131062, 131063, 131064],
  ...[132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069],
  ...[133000, 133004, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011, 134100, 134101, 134102],
  ...[
    135000,
    137000,
    138001,
    ...between(139000, 139004),
    ...between(139100, 139103),
    ...between(147001, 147005),
  ],
  ...[2593107, 2593108, 2593109, 2494100],
];
const TEMPLATE_SUBCODES = [2388019, 2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299];
const LEAVES_IT_OPEN = [1, 2, 131000, 131016];
/** The contract's list of what may be tried again at all, and the waits it gives for others. */
const RETRYABLE = [
  ...[1, 2, 4, 17, 613, 80007, 80008, 130429, 131000, 131016, 131056, 131057, 133004],
  ...[131048, 131049, 131059, 131201, 132069, 133015, 134101, 134102, 139103, 2494100],
];

describe("the error table", () => {
  it.each(CONTRACT_CODES)("knows code %i and says what to do about it", (code) => {
    const decision = decideOnGraphError({ code }, 400);
    expect(decision.reasonCode).not.toMatch(/^unlisted/);
    expect(decision.sentence).toMatch(/^[A-Z].+: .+\.$/);
  });

  it.each([139200, 2388318, 2388330])(
    "knows code %i of Direct Send, as a code and under code 100 (D 7)",
    (code) => {
      expect(decideOnGraphError({ code }, 400).reasonCode).toBe("direct_send_refused");
      if (code > 2_000_000)
        expect(decideOnGraphError({ code: 100, subcode: code }, 400).reasonCode).toBe("direct_send_refused");
    },
  );

  it.each([
    "Invalid appsecret_proof provided in the API argument",
    "API calls from the server require an appsecret_proof argument",
  ])("takes '%s' under code 100 for a fault of the app secret (D 5.1)", (message) => {
    expect(decideOnGraphError({ code: 100, message: pii(message) }, 400)).toMatchObject({
      reasonCode: "app_secret_invalid",
      scope: "sender",
    });
    expect(decideOnGraphError({ code: 100, message: pii("Invalid parameter") }, 400).scope).toBe("message");
  });

  it.each(TEMPLATE_SUBCODES)("knows template subcode %i under code 100", (subcode) => {
    expect(decideOnGraphError({ code: 100, subcode }, 400).reasonCode).toBe("template_change_refused");
  });

  it("lets only what the contract lists be tried again", () => {
    const retried = CONTRACT_CODES.filter((code) => decideOnGraphError({ code }, 400).retry !== "never");
    expect(retried.sort()).toEqual([...RETRYABLE].sort());
  });

  it("says for every later retry how long to wait", () => {
    for (const [reason, decision] of Object.entries(ERROR_DECISIONS)) {
      expect("wait" in decision, reason).toBe(decision.retry === "later");
    }
  });

  it.each([
    [{ code: 190, subcode: 463 }, "The access token has expired: connect the sender again."],
    [{ code: 190 }, "The access token is not valid any more: connect the sender again."],
    [
      { code: 100, subcode: 33 },
      "The account or number does not exist for this token: check the sender's ids and that its token may use them.",
    ],
  ])("tells a person what %j means", (error, sentence) => {
    expect(decideOnGraphError(error, 400).sentence).toBe(sentence);
  });

  it.each([
    [131056, "pair", { kind: "powers_of_four" }],
    [131049, "message", { kind: "fixed", ms: 24 * 3_600_000 }],
    [130429, "number", { kind: "fixed", ms: 1_000 }],
    [131057, "number", { kind: "fixed", ms: 60_000 }],
    [80007, "sender", { kind: "fixed", ms: 3_600_000 }],
    [4, "app", { kind: "fixed", ms: 300_000 }],
  ])("slows down what code %i is about", (code, scope, wait) => {
    expect(decideOnGraphError({ code }, 400)).toMatchObject({
      outcomeClass: "refused",
      retry: "later",
      scope,
      wait,
    });
  });

  it.each([
    [190, "sender"],
    [131031, "sender"],
    [131042, "sender"],
    [133010, "number"],
    [132015, "template"],
    [132016, "template"],
    [131026, "message"],
  ])("stops what code %i is about", (code, scope) => {
    expect(decideOnGraphError({ code }, 400)).toMatchObject({
      outcomeClass: "refused",
      retry: "never",
      scope,
    });
  });
});

describe("the outcome of a send", () => {
  const anyStatus = fc.integer({ min: 200, max: 599 });
  const anyError = fc.record({ code: fc.integer(), isTransient: fc.boolean() });

  it.each(LEAVES_IT_OPEN)("is unknown for code %i, whatever the HTTP status", (code) => {
    void fc.assert(
      fc.property(anyStatus, (httpStatus) => {
        expect(decideOnGraphError({ code }, httpStatus).outcomeClass).toBe("unknown");
      }),
    );
  });

  it("is unknown for a code that is not in the table and a 5xx, or one that Meta calls transient", () => {
    expect(decideOnGraphError({ code: 999999 }, 500).outcomeClass).toBe("unknown");
    expect(decideOnGraphError({ code: 999999, isTransient: true }, 400).outcomeClass).toBe("unknown");
  });

  it("is refused for good for a code that is not in the table and a 4xx", () => {
    expect(decideOnGraphError({ code: 999999, isTransient: false }, 400)).toMatchObject({
      outcomeClass: "refused",
      retry: "never",
      sentence: expect.stringContaining("999999"),
    });
  });

  it("is unknown for any error inside an answer that is no error", () => {
    void fc.assert(
      fc.property(anyError, fc.integer({ min: 200, max: 399 }), (error, httpStatus) => {
        expect(decideOnGraphError(error, httpStatus).outcomeClass).toBe("unknown");
      }),
    );
  });

  it("is final for codes that come with 5xx but are no fault of Meta", () => {
    for (const code of [3, 131045, 131057, 133000]) {
      expect(decideOnGraphError({ code }, 500).outcomeClass).toBe("refused");
    }
  });

  it("is never unknown when a status webhook says failed", () => {
    const anyCode = fc.oneof(fc.constantFrom(...CONTRACT_CODES), fc.integer());
    void fc.assert(
      fc.property(anyCode, (code) => {
        const decision = decideOnFailedStatus({ code });
        expect(decision.outcomeClass).toBe("refused");
        expect(decision.sentence).not.toContain("may have been sent");
      }),
    );
  });
});

describe("the wait before the next try", () => {
  const pair: RetryWait = { kind: "powers_of_four" };

  it("is four to the power of the refusals for a pair, and at most an hour", () => {
    expect([1, 2, 3, 6, 500].map((refusals) => retryWaitMs(pair, refusals))).toEqual([
      4_000, 16_000, 64_000, 3_600_000, 3_600_000,
    ]);
  });

  it("is longer when Meta's Retry-After asks for it, never shorter", () => {
    expect(retryWaitMs({ kind: "fixed", ms: 5_000 }, 1, 90_000)).toBe(90_000);
    expect(retryWaitMs({ kind: "fixed", ms: 5_000 }, 1, 1_000)).toBe(5_000);
  });
});
