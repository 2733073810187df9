import { describe, expect, test } from "vitest";
import { sharedWithdrawals } from "./one-person.ts";
import type { ConsentRecord } from "./record.ts";

const AT = Date.UTC(2026, 2, 14);

function recordOf(seq: number, facts: Partial<ConsentRecord>): ConsentRecord {
  const at = new Date(AT + seq * 60_000);
  return {
    consentId: `consent_${seq}`,
    seq,
    contactId: "shop number",
    purpose: "order-updates",
    channel: "whatsapp",
    state: "given",
    assurance: "confirmed",
    entity: null,
    wording: null,
    method: "keyword",
    lifts: null,
    occurredAt: at,
    recordedAt: at,
    ...facts,
  };
}

const stop = (seq: number, contactId: string) =>
  recordOf(seq, { contactId, state: "withdrawn", method: "keyword" });
const SAME = ["shop number", "user id", "other number"];
const reached = (records: readonly ConsentRecord[]) =>
  sharedWithdrawals(records, SAME).map(({ contactId }) => contactId);

describe("contacts that turn out to be one person's", () => {
  test("are all stopped by a STOP to one of them (D 1.1)", () => {
    expect(reached([stop(1, "user id")])).toEqual(["shop number", "other number"]);
  });

  test("are stopped by none that the person took back with a later START (D 1.1)", () => {
    expect(reached([stop(1, "user id"), recordOf(2, { contactId: "shop number" })])).toEqual([]);
  });

  test("are stopped by none that a privacy officer lifted (D 1.5)", () => {
    const lifted = recordOf(2, {
      contactId: "user id",
      assurance: "attested",
      method: "admin",
      lifts: "consent_1",
    });
    expect(reached([stop(1, "user id"), lifted])).toEqual([]);
    expect(reached([stop(1, "user id"), lifted, stop(3, "other number")])).toEqual([
      "shop number",
      "user id",
    ]);
  });

  test("are not stopped by a box that somebody left empty in one order (D 9.14)", () => {
    const entity = { type: "order", ref: "order_1" } as const;
    expect(reached([recordOf(1, { state: "withdrawn", method: "checkout_box", entity })])).toEqual([]);
  });
});
