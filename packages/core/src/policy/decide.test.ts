import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ConsentRecord, type EntityRef, foldConsent } from "../consent/record.ts";
import { type Decision, decide, decideAgain, type IntakeFacts, type SendFacts } from "./decide.ts";
import type { Reason } from "./reasons.ts";
import type { SecurityConditions, SecurityNotice } from "./security-notices.ts";

const ORDER: EntityRef = { type: "order", ref: "order_1" };
const OTHER_ORDER: EntityRef = { type: "order", ref: "order_2" };

const day = (n: number) => new Date(Date.UTC(2026, 2, n));

let written = 0;

/** One record of the ledger; each call writes it after the one before. */
function recorded(
  what: "claim" | "attest" | "confirm" | "withdraw",
  entity: EntityRef | null = null,
  purpose: ConsentRecord["purpose"] = "order-updates",
): ConsentRecord {
  written += 1;
  const assurance = {
    claim: "claimed",
    attest: "attested",
    confirm: "confirmed",
    withdraw: "confirmed",
  } as const;
  return {
    consentId: `consent_${written}`,
    seq: written,
    contactId: "contact_1",
    purpose,
    channel: "whatsapp",
    state: what === "withdraw" ? "withdrawn" : "given",
    assurance: assurance[what],
    entity,
    wording: null,
    method: "test",
    lifts: null,
    occurredAt: day(1),
    recordedAt: day(1),
  };
}

const INTAKE: IntakeFacts = {
  occurredAt: day(10),
  installedAt: day(1),
  ruleActiveSince: day(2),
  doNotNotify: false,
  overtaken: false,
  neverOrdered: false,
  amountless: false,
  wishUnknown: false,
  phoneProblem: null,
  paramsProblem: null,
  burst: { sendsThisHour: 0, holdAbove: 300 },
  securityNotice: null,
};

const CLAIM = recorded("claim", ORDER);

const SEND: SendFacts = {
  now: day(10),
  expiresAt: day(11),
  security: false,
  stopCoversSecurity: false,
  numberGivenUp: false,
  entity: ORDER,
  personExists: true,
  restricted: false,
  standing: foldConsent([CLAIM]),
  optOutUnsure: false,
  sender: "connected",
  templateProblem: null,
};

/** A decision in one word: `send`, or what stands in the way. */
function wordOf(decision: Decision): string {
  return decision.kind === "send" ? "send" : `${decision.kind}:${decision.reason.code}`;
}

describe("one obstacle decides", () => {
  const cases: [name: string, intake: Partial<IntakeFacts>, send: Partial<SendFacts>, expected: string][] = [
    ["nothing in the way", {}, {}, "send"],
    ["the shop's wish not to notify", { doNotNotify: true }, {}, "deny:do_not_notify"],
    ["an order that was cancelled by the time its news was read", { overtaken: true }, {}, "deny:overtaken"],
    ["the end of what was never ordered (D 3.2)", { neverOrdered: true }, {}, "deny:never_ordered"],
    ["an amount of nothing (D 9.11)", { amountless: true }, {}, "deny:amountless"],
    ["an event before the installation", { installedAt: day(11) }, {}, "deny:before_installation"],
    ["an event in the moment of installation", { installedAt: day(10) }, {}, "send"],
    ["news of no use any more", {}, { now: day(11) }, "deny:too_old"],
    ["a rule turned on afterwards", { ruleActiveSince: day(11) }, {}, "deny:rule_off_then"],
    ["a notice that no rule switches", { ruleActiveSince: null }, {}, "send"],
    ["an order without a phone", { phoneProblem: "missing" }, { personExists: false }, "deny:phone_missing"],
    ["a phone that cannot be read", { phoneProblem: "unparseable" }, {}, "deny:phone_unparseable"],
    ["an erased person", {}, { personExists: false }, "deny:person_erased"],
    ["a person whose erasure was asked for", {}, { restricted: true }, "deny:person_restricted"],
    [
      "a security notice to a person whose erasure was asked for",
      {},
      { restricted: true, security: true },
      "deny:person_restricted",
    ],
    ["no consent", {}, { standing: foldConsent([]) }, "deny:no_consent"],
    ["a claim for another order", {}, { entity: OTHER_ORDER }, "deny:consent_other_order"],
    [
      "a consent that was withdrawn",
      {},
      { standing: foldConsent([CLAIM, recorded("withdraw")]) },
      "deny:consent_withdrawn",
    ],
    [
      "a consent confirmed by the person",
      {},
      { entity: OTHER_ORDER, standing: foldConsent([recorded("confirm")]) },
      "send",
    ],
    [
      "a consent that somebody of the shop attested",
      {},
      { entity: OTHER_ORDER, standing: foldConsent([recorded("attest")]) },
      "send",
    ],
    [
      "marketing that was attested and not confirmed on the channel (D 2.1)",
      {},
      { standing: foldConsent([recorded("attest", null, "marketing")]) },
      "deny:consent_not_confirmed",
    ],
    [
      "marketing that a storefront claims, even about its own order (D 2.1)",
      {},
      { standing: foldConsent([recorded("claim", ORDER, "marketing")]) },
      "deny:consent_not_confirmed",
    ],
    [
      "marketing that the person confirmed",
      {},
      {
        standing: foldConsent([
          recorded("attest", null, "marketing"),
          recorded("confirm", null, "marketing"),
        ]),
      },
      "send",
    ],
    ["a message that may mean stop (D 1.4)", {}, { optOutUnsure: true }, "hold:opt_out_unsure"],
    ["a security notice after such a message", {}, { optOutUnsure: true, security: true }, "send"],
    [
      "a security notice after an opt-out",
      {},
      { security: true, standing: foldConsent([recorded("withdraw")]) },
      "send",
    ],
    [
      "a security notice after an opt-out that covers it",
      {},
      { security: true, stopCoversSecurity: true, standing: foldConsent([recorded("withdraw")]) },
      "deny:consent_withdrawn",
    ],
    [
      "a security notice without any consent, where an opt-out would cover it",
      {},
      { security: true, stopCoversSecurity: true, standing: foldConsent([]) },
      "send",
    ],
    ["no number", {}, { sender: "missing" }, "hold:sender_missing"],
    ["a dead token", {}, { sender: "token_invalid" }, "hold:sender_token_invalid"],
    ["another app secret", {}, { sender: "app_secret_invalid" }, "hold:sender_app_secret_invalid"],
    [
      "a paused template",
      {},
      { templateProblem: { code: "template_not_approved", detail: "PAUSED" } },
      "hold:template_not_approved",
    ],
    ["no template", {}, { templateProblem: { code: "template_missing" } }, "deny:template_missing"],
    [
      "a template moved to marketing",
      {},
      { templateProblem: { code: "template_category_mismatch" } },
      "hold:template_category_mismatch",
    ],
    [
      "a value that the order lacks",
      { paramsProblem: { code: "parameter_missing", detail: "order_code" } },
      {},
      "deny:parameter_missing",
    ],
    [
      "a mapping that failed, whatever the template then lacks",
      { paramsProblem: { code: "params_failed" } },
      { templateProblem: { code: "parameter_missing", detail: "customer_name" } },
      "deny:params_failed",
    ],
    ["a wish that the sweep could not see", { wishUnknown: true }, {}, "hold:wish_unknown"],
    ["a full hour", { burst: { sendsThisHour: 300, holdAbove: 300 } }, {}, "hold:burst_guard"],
    ["an hour with one place left", { burst: { sendsThisHour: 299, holdAbove: 300 } }, {}, "send"],
    [
      "a security notice in a full hour",
      { burst: { sendsThisHour: 300, holdAbove: 300 } },
      { security: true },
      "send",
    ],
  ];

  test.each(cases)("%s", (_name, intake, send, expected) => {
    expect(wordOf(decide({ ...INTAKE, ...intake }, { ...SEND, ...send }))).toBe(expected);
  });
});

describe("security notices (D 6.1)", () => {
  const NOW = day(10);
  const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
  const notice = (minutes: number, more: Partial<SecurityNotice> = {}): SecurityNotice => ({
    contactId: "contact_1",
    ruleId: "password-reset-notice",
    at: minutesAgo(minutes),
    expiresAt: minutesAgo(minutes - 15),
    unsent: false,
    ...more,
  });
  const about = (more: Partial<SecurityConditions>): SecurityConditions => ({
    phoneVerified: true,
    contactId: "contact_1",
    ruleId: "password-reset-notice",
    before: [],
    perHourMax: 100,
    ...more,
  });
  const others = (count: number, minutes: number) =>
    Array.from({ length: count }, (_, n) => notice(minutes, { contactId: `contact_${n + 2}` }));

  test.each<[name: string, conditions: Partial<SecurityConditions>, expected: string]>([
    ["the first", {}, "send"],
    ["to a phone that nobody verified", { phoneVerified: false }, "deny:phone_not_verified"],
    ["the same again while it is useful", { before: [notice(14)] }, "deny:security_repeat"],
    ["the same again after that", { before: [notice(16)] }, "send"],
    ["the same again where the first never left", { before: [notice(1, { unsent: true })] }, "send"],
    ["another notice", { before: [notice(1, { ruleId: "email-changed" })] }, "send"],
    ["the same to somebody else", { before: [notice(1, { contactId: "contact_2" })] }, "send"],
    ["the fourth in an hour", { before: [17, 35, 59].map((at) => notice(at)) }, "deny:security_person_limit"],
    ["the third in an hour", { before: [17, 35, 60].map((at) => notice(at)) }, "send"],
    [
      "the eleventh in a day",
      { before: Array.from({ length: 10 }, (_, n) => notice(90 + n * 140)) },
      "deny:security_person_limit",
    ],
    ["the tenth in a day", { before: Array.from({ length: 9 }, (_, n) => notice(90 + n * 140)) }, "send"],
    ["one above the workspace's hour", { before: others(100, 59) }, "hold:security_workspace_limit"],
    ["the last in the workspace's hour", { before: [...others(99, 59), ...others(50, 60)] }, "send"],
  ])("%s", (_name, conditions, expected) => {
    const intake = { ...INTAKE, securityNotice: about(conditions) };
    expect(wordOf(decide(intake, { ...SEND, now: NOW, security: true }))).toBe(expected);
  });

  test("one that would be held is refused too where the person had enough, so that a release sends no flood", () => {
    const intake = { ...INTAKE, securityNotice: about({ before: [notice(1)] }) };
    const send: SendFacts = { ...SEND, security: true, sender: "token_invalid" };
    expect(wordOf(decide(intake, send))).toBe("deny:security_repeat");
  });
});

describe("evidence", () => {
  test("a message cites the very record that allows it", () => {
    expect(decide(INTAKE, SEND)).toEqual({
      kind: "send",
      evidence: { kind: "consent", consentId: CLAIM.consentId },
    });
    const confirmed = recorded("confirm");
    expect(decideAgain({ ...SEND, standing: foldConsent([CLAIM, confirmed]) })).toMatchObject({
      evidence: { kind: "consent", consentId: confirmed.consentId },
    });
  });

  test("a security notice cites the request, not a consent", () => {
    expect(decideAgain({ ...SEND, security: true })).toMatchObject({
      evidence: { kind: "security_request" },
    });
  });

  test("a held message keeps what allows it, a denied one has nothing", () => {
    expect(decideAgain({ ...SEND, sender: "missing" })).toMatchObject({ evidence: { kind: "consent" } });
    expect(decideAgain({ ...SEND, standing: foldConsent([]) })).not.toHaveProperty("evidence");
  });
});

/** Everything a decision may depend on, told as history instead of as facts. */
interface World {
  readonly eventDay: number;
  readonly installedDay: number;
  readonly activeSinceDay: number | null;
  readonly nowDay: number;
  readonly expiresDay: number;
  readonly doNotNotify: boolean;
  readonly wishUnknown: boolean;
  readonly overtaken: boolean;
  readonly neverOrdered: boolean;
  readonly amountless: boolean;
  readonly phoneProblem: "missing" | "unparseable" | null;
  readonly paramsProblem: Reason | null;
  readonly sendsThisHour: number;
  readonly holdAbove: number;
  readonly security: boolean;
  readonly stopCoversSecurity: boolean;
  readonly numberGivenUp: boolean;
  readonly personExists: boolean;
  readonly restricted: boolean;
  readonly optOutUnsure: boolean;
  readonly sender: SendFacts["sender"];
  readonly templateProblem: Reason | null;
  readonly history: readonly ("claim" | "claim_other" | "confirm" | "withdraw")[];
}

/** Mostly `usual`, so that a random world does not end at the first obstacle each time. */
function rarely<Value, Usual>(values: fc.Arbitrary<Value>, usual: Usual) {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: values });
}

const someDay = fc.integer({ min: 1, max: 6 });

const worlds: fc.Arbitrary<World> = fc.record({
  eventDay: fc.integer({ min: 3, max: 6 }),
  installedDay: rarely(someDay, 1),
  activeSinceDay: rarely(fc.option(someDay), 1),
  nowDay: fc.integer({ min: 3, max: 7 }),
  expiresDay: rarely(someDay, 9),
  doNotNotify: rarely(fc.boolean(), false),
  wishUnknown: rarely(fc.boolean(), false),
  overtaken: rarely(fc.boolean(), false),
  neverOrdered: rarely(fc.boolean(), false),
  amountless: rarely(fc.boolean(), false),
  phoneProblem: rarely(fc.constantFrom("missing" as const, "unparseable" as const), null),
  paramsProblem: rarely(fc.constant<Reason>({ code: "parameter_missing", detail: "order_code" }), null),
  sendsThisHour: fc.integer({ min: 0, max: 4 }),
  holdAbove: fc.integer({ min: 0, max: 9 }),
  security: rarely(fc.boolean(), false),
  stopCoversSecurity: fc.boolean(),
  numberGivenUp: rarely(fc.boolean(), false),
  personExists: rarely(fc.boolean(), true),
  restricted: rarely(fc.boolean(), false),
  optOutUnsure: rarely(fc.boolean(), false),
  sender: rarely(
    fc.constantFrom("missing" as const, "token_invalid" as const, "app_secret_invalid" as const),
    "connected" as const,
  ),
  templateProblem: rarely(
    fc.constantFrom<Reason>(
      { code: "template_not_approved", detail: "PAUSED" },
      { code: "template_category_mismatch", detail: "MARKETING" },
      { code: "template_missing", detail: "order_confirmation" },
      { code: "parameter_mismatch" },
    ),
    null,
  ),
  history: fc.array(fc.constantFrom("claim", "claim_other", "confirm", "withdraw"), { maxLength: 6 }),
});

function factsOf(world: World): [IntakeFacts, SendFacts] {
  const records = world.history.map((what) => {
    if (what === "claim") return recorded("claim", ORDER);
    return what === "claim_other" ? recorded("claim", OTHER_ORDER) : recorded(what);
  });
  return [
    {
      occurredAt: day(world.eventDay),
      installedAt: day(world.installedDay),
      ruleActiveSince: world.activeSinceDay === null ? null : day(world.activeSinceDay),
      doNotNotify: world.doNotNotify,
      wishUnknown: world.wishUnknown,
      overtaken: world.overtaken,
      neverOrdered: world.neverOrdered,
      amountless: world.amountless,
      phoneProblem: world.phoneProblem,
      paramsProblem: world.paramsProblem,
      burst: { sendsThisHour: world.sendsThisHour, holdAbove: world.holdAbove },
      securityNotice: null,
    },
    {
      now: day(world.nowDay),
      expiresAt: day(world.expiresDay),
      security: world.security,
      stopCoversSecurity: world.stopCoversSecurity,
      numberGivenUp: world.numberGivenUp,
      entity: ORDER,
      personExists: world.personExists,
      restricted: world.restricted,
      standing: foldConsent(records),
      optOutUnsure: world.optOutUnsure,
      sender: world.sender,
      templateProblem: world.templateProblem,
    },
  ];
}

/** What the ledger allows, read from its end: the last word of the person counts, and a claim is not their word. */
function permission(history: World["history"]): "allowed" | Reason["code"] {
  const lastWord = history.findLast((what) => what === "confirm" || what === "withdraw");
  if (lastWord === "confirm") return "allowed";
  if (lastWord === "withdraw") return "consent_withdrawn";
  if (history.includes("claim")) return "allowed";
  return history.includes("claim_other") ? "consent_other_order" : "no_consent";
}

/** The policy written down a second time: obstacles in the order in which a person should hear of them. */
function expectedOf(world: World): string {
  const late = world.nowDay >= world.expiresDay;
  const asked = permission(world.history);
  const stopped = world.stopCoversSecurity && asked === "consent_withdrawn";
  const allowed = world.security && !stopped ? "allowed" : asked;
  const template = world.templateProblem?.code;
  const waits = template === "template_not_approved" || template === "template_category_mismatch";
  const unsure = world.optOutUnsure && !world.security;
  const unfilled = world.paramsProblem !== null && template === "parameter_mismatch";
  const obstacles: [stands: boolean, word: string][] = [
    [world.doNotNotify, "deny:do_not_notify"],
    [world.overtaken, "deny:overtaken"],
    [world.neverOrdered, "deny:never_ordered"],
    [world.amountless, "deny:amountless"],
    [world.eventDay < world.installedDay, "deny:before_installation"],
    [late, "deny:too_old"],
    [world.activeSinceDay !== null && world.eventDay < world.activeSinceDay, "deny:rule_off_then"],
    [world.phoneProblem !== null, `deny:phone_${world.phoneProblem}`],
    [!world.personExists, "deny:person_erased"],
    [world.restricted, "deny:person_restricted"],
    [world.security && world.numberGivenUp, "deny:security_number_given_up"],
    [allowed !== "allowed", `deny:${allowed}`],
    // What is wrong with the template matters only once there is a number that could send it, and that it lacks values only
    // where the rule gave some.
    [
      !unsure && world.sender === "connected" && template !== undefined && !waits && !unfilled,
      `deny:${template}`,
    ],
    [world.paramsProblem !== null, "deny:parameter_missing"],
    // What only a person ends comes before what ends by itself.
    [world.wishUnknown, "hold:wish_unknown"],
    [!world.security && world.sendsThisHour >= world.holdAbove, "hold:burst_guard"],
    [unsure, "hold:opt_out_unsure"],
    [world.sender === "missing", "hold:sender_missing"],
    [world.sender === "token_invalid", "hold:sender_token_invalid"],
    [world.sender === "app_secret_invalid", "hold:sender_app_secret_invalid"],
    [waits, `hold:${template}`],
  ];
  return obstacles.find(([stands]) => stands)?.[1] ?? "send";
}

describe("20,000 random worlds", () => {
  test("no decision contradicts the policy as it is written down here", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(worlds, (world) => {
        const word = wordOf(decide(...factsOf(world)));
        seen.add(word);
        expect(word).toBe(expectedOf(world));
      }),
      { numRuns: 20_000 },
    );
    // Eighteen denials, eight holds and the send: worlds that never reach an outcome would prove nothing about it.
    expect(seen.size).toBe(27);
  });

  test("nothing is sent without a live consent or a security request, at intake or at the claim", () => {
    let sends = 0;
    fc.assert(
      fc.property(worlds, (world) => {
        const [intake, send] = factsOf(world);
        for (const decision of [decide(intake, send), decideAgain(send)]) {
          if (decision.kind !== "send") continue;
          sends += 1;
          if (!world.security) expect(permission(world.history)).toBe("allowed");
        }
      }),
      { numRuns: 20_000 },
    );
    expect(sends).toBeGreaterThan(1_000);
  });

  test("the claim sends nothing that the intake would deny for consent, time, person, number or template", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const [, send] = factsOf(world);
        const unhindered: IntakeFacts = { ...INTAKE, occurredAt: day(9), installedAt: day(1) };
        const atIntake = wordOf(decide(unhindered, send));
        const atClaim = wordOf(decideAgain(send));
        // A template that did not suit at intake can only have changed since when it does not suit at the claim.
        if (atClaim === "hold:template_unsuitable")
          expect(atIntake).toBe(`deny:${send.templateProblem?.code}`);
        else expect(atClaim).toBe(atIntake === "deny:too_old" ? "deny:expired" : atIntake);
      }),
      { numRuns: 20_000 },
    );
  });
});
