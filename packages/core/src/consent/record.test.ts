import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { optInActs, optOutActs } from "./consent.ts";
import {
  allowingRecord,
  CONSENT_PURPOSES,
  type ConsentPurpose,
  type ConsentRecord,
  type EntityRef,
  foldConsent,
  isOvertaken,
} from "./record.ts";

const AT = new Date(Date.UTC(2026, 2, 14));
const WORDING = { id: "checkout", version: "2026-03", language: "en" };
const orderOf = (n: number): EntityRef => ({ type: "order", ref: `order_${n}` });

function recordOf(seq: number, facts: Partial<ConsentRecord>): ConsentRecord {
  return {
    consentId: `consent_${seq}`,
    seq,
    contactId: "contact_1",
    purpose: "order-updates",
    channel: "whatsapp",
    state: "given",
    assurance: "claimed",
    entity: null,
    wording: WORDING,
    method: "test",
    lifts: null,
    occurredAt: AT,
    recordedAt: AT,
    ...facts,
  };
}

const claimed = (seq: number, order: number) => recordOf(seq, { entity: orderOf(order) });
const confirmed = (seq: number) => recordOf(seq, { assurance: "confirmed" });
const attested = (seq: number, lifts: string | null = null) =>
  recordOf(seq, { assurance: "attested", lifts });
const withdrawn = (seq: number) =>
  recordOf(seq, { state: "withdrawn", assurance: "confirmed", wording: null });

const minutes = (n: number) => new Date(AT.getTime() + n * 60_000);

describe("a stop that is heard of late", () => {
  const before = (records: readonly ConsentRecord[], purpose: ConsentPurpose = "order-updates") =>
    isOvertaken(records, purpose, minutes(5));
  const at = (n: number, record: ConsentRecord) => ({ ...record, method: "keyword", occurredAt: minutes(n) });

  test("counts after claims, attestations and boxes, and what the shop recorded, whatever their time (D 1.3)", () => {
    expect(before([])).toBe(false);
    expect(before([at(6, claimed(1, 1)), at(6, attested(2)), at(4, confirmed(3))])).toBe(false);
    expect(before([at(6, { ...withdrawn(1), assurance: "claimed", entity: orderOf(1) })])).toBe(false);
    for (const method of ["number_changed", "admin", "same_person"])
      expect(before([{ ...at(6, withdrawn(1)), method }])).toBe(false);
  });

  test("undoes no later START, and adds nothing to a later stop (D 1.3)", () => {
    for (const record of [confirmed(1), withdrawn(1)]) {
      expect(before([at(6, record)])).toBe(true);
      expect(before([at(5, record)])).toBe(false);
      expect(before([at(6, { ...record, purpose: "account" })])).toBe(false);
    }
    expect(before([at(6, { ...confirmed(1), purpose: "marketing" })], "marketing")).toBe(false);
  });
});

/** A ledger of claims for three orders, attestations, of which some name the withdrawal before them, confirmations and withdrawals. */
const ledgers = fc
  .array(fc.constantFrom("claim 1", "claim 2", "claim 3", "attest", "lift", "confirm", "withdraw"), {
    maxLength: 12,
  })
  .map((kinds) =>
    kinds.map((kind, index) => {
      if (kind === "confirm") return confirmed(index);
      if (kind === "attest") return attested(index);
      if (kind === "lift") return attested(index, `consent_${kinds.lastIndexOf("withdraw", index)}`);
      return kind === "withdraw" ? withdrawn(index) : claimed(index, Number(kind.at(-1)));
    }),
  );

const shuffledLedgers = ledgers.chain((ledger) =>
  fc.shuffledSubarray(ledger, { minLength: ledger.length }).map((shuffled) => [ledger, shuffled] as const),
);

describe("folding consent records", () => {
  test("nothing recorded is no consent", () => {
    expect(foldConsent([])).toEqual({ kind: "none" });
  });

  test("claims add up, each for its own order", () => {
    const standing = foldConsent([claimed(1, 1), claimed(2, 2)]);
    expect(allowingRecord(standing, orderOf(1))?.seq).toBe(1);
    expect(allowingRecord(standing, orderOf(2))?.seq).toBe(2);
    expect(allowingRecord(standing, orderOf(3))).toBeUndefined();
    expect(allowingRecord(standing, { type: "account", ref: "order_1" })).toBeUndefined();
  });

  test("a confirmation allows every order", () => {
    const standing = foldConsent([claimed(1, 1), confirmed(2)]);
    expect(allowingRecord(standing, orderOf(7))?.seq).toBe(2);
  });

  test("a claim never lifts a withdrawal, a confirmation does", () => {
    expect(allowingRecord(foldConsent([withdrawn(1), claimed(2, 1)]), orderOf(1))).toBeUndefined();
    expect(allowingRecord(foldConsent([withdrawn(1), claimed(2, 1), confirmed(3)]), orderOf(1))?.seq).toBe(3);
  });

  test("an attestation follows a withdrawal only where it names that very one (D 1.5)", () => {
    const standing = (...records: ConsentRecord[]) => foldConsent(records).kind;
    expect(standing(withdrawn(1), attested(2))).toBe("withdrawn");
    expect(standing(withdrawn(1), attested(2, "consent_1"))).toBe("given");
    // A STOP between the look and the write.
    expect(standing(withdrawn(1), withdrawn(2), attested(3, "consent_1"))).toBe("withdrawn");
    expect(standing(withdrawn(1), attested(2, "consent_1"), withdrawn(3), attested(4, "consent_1"))).toBe(
      "withdrawn",
    );
  });

  test("an attestation does not take the place of the person's own confirmation", () => {
    expect(foldConsent([confirmed(1), attested(2)])).toMatchObject({ kind: "given", record: { seq: 1 } });
    expect(foldConsent([attested(1), confirmed(2)])).toMatchObject({ kind: "given", record: { seq: 2 } });
  });

  test("the order of writing counts, not the order of reading", () => {
    fc.assert(
      fc.property(shuffledLedgers, ([ledger, shuffled]) => {
        expect(foldConsent(shuffled)).toEqual(foldConsent(ledger));
      }),
    );
  });

  test("in any history the person's own last word decides, then what was attested, and else a claim for its order only", () => {
    fc.assert(
      fc.property(ledgers, fc.integer({ min: 1, max: 3 }), (ledger, order) => {
        const own = ledger.findLast(({ assurance }) => assurance === "confirmed");
        const since = ledger.filter(({ seq }) => seq > (own?.seq ?? -1));
        const vouched = since.findLast(
          ({ assurance, lifts }) =>
            assurance === "attested" && (own?.state !== "withdrawn" || lifts === own.consentId),
        );
        // A first attestation that counts opens the way for those after it.
        const opened = since.findIndex(
          ({ assurance, lifts }) => assurance === "attested" && lifts === own?.consentId,
        );
        const later = since.slice(opened).findLast(({ assurance }) => assurance === "attested");
        const claim = ledger.findLast(({ entity }) => entity?.ref === `order_${order}`);
        const expected =
          own?.state === "withdrawn" ? (opened === -1 ? undefined : later) : (own ?? vouched ?? claim);
        expect(allowingRecord(foldConsent(ledger), orderOf(order))).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
  });
});

const SPOKEN = {
  contactId: "contact_1",
  channel: "whatsapp",
  method: "keyword",
  evidence: "message",
  occurredAt: AT,
  actor: { type: "person" },
} as const;

describe("STOP", () => {
  test("withdraws every purpose, also those that were never given", () => {
    const acts = optOutActs(SPOKEN);
    expect(acts.map(({ purpose }) => purpose)).toEqual([...CONSENT_PURPOSES]);
    for (const act of acts) expect(act).toMatchObject({ state: "withdrawn", assurance: "confirmed" });
  });

  test("of marketing alone leaves the other purposes as they are", () => {
    expect(optOutActs(SPOKEN, ["marketing"]).map(({ purpose }) => purpose)).toEqual(["marketing"]);
  });
});

describe("START", () => {
  const purposesOf = (records: readonly ConsentRecord[]) =>
    optInActs(SPOKEN, records).map(({ purpose }) => purpose);
  const about = (purpose: ConsentPurpose, record: ConsentRecord) => ({ ...record, purpose });

  test("grants nothing to a person who was never asked", () => {
    expect(purposesOf([])).toEqual([]);
    expect(purposesOf([withdrawn(1)])).toEqual([]);
  });

  test("confirms what was claimed for them, in the wording that they saw last", () => {
    const newer = { ...WORDING, version: "2026-04" };
    const records = [claimed(1, 1), { ...claimed(2, 2), wording: newer }];
    expect(optInActs(SPOKEN, records)).toEqual([
      { ...SPOKEN, purpose: "order-updates", state: "given", assurance: "confirmed", wording: newer },
    ]);
  });

  test("lifts their own STOP for what they had agreed to", () => {
    expect(purposesOf([confirmed(1), withdrawn(2), about("account", withdrawn(3))])).toEqual([
      "order-updates",
    ]);
  });

  test("is recorded each time, because a STOP may have come right before it", () => {
    expect(purposesOf([claimed(1, 1), confirmed(2)])).toEqual(["order-updates"]);
  });

  test("never grants marketing that nobody of the shop attested, or that was withdrawn", () => {
    expect(purposesOf([about("marketing", confirmed(1)), about("marketing", withdrawn(2))])).toEqual([]);
    expect(purposesOf([about("marketing", attested(1)), about("marketing", withdrawn(2))])).toEqual([]);
    expect(purposesOf([about("marketing", claimed(1, 1))])).toEqual([]);
  });

  test("confirms marketing that was attested: the second half of a double opt-in (D 2.1)", () => {
    expect(purposesOf([about("marketing", attested(1))])).toEqual(["marketing"]);
  });
});
