import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { detailBytes, detailCommit, type EntryHeader, entryHash, GENESIS_HASH } from "./entry.ts";

const HEADER: EntryHeader = {
  workspace_id: "shop",
  seq: 7,
  at: "2026-11-23T12:00:00.123Z",
  actor_type: "user",
  actor_id: "user_owner",
  role: "owner",
  action: "rule.switched",
  object_type: "rule",
  object_id: "order-confirmation",
  outcome: "on",
  request_id: null,
  subject_id: "0193f7a1-7d3c-7b8e-9c64-1f2a3b4c5d6e",
  detail_commit: createHash("sha256").update("detail").digest("hex"),
  prev_hash: GENESIS_HASH.toString("hex"),
};
const FIELDS = Object.keys(HEADER) as (keyof EntryHeader)[];
const hashOf = (changed: Partial<Record<keyof EntryHeader, unknown>>) =>
  entryHash({ ...HEADER, ...changed } as EntryHeader).toString("hex");
const HASH = hashOf({});

describe("the hash of an entry", () => {
  it("is pinned: entries written by an earlier version must verify with this one", () => {
    expect(HASH).toBe("6f6696bb32673b653a14bebe84911d49204bce260538cecb0f9d45158a58884a");
  });

  it.each(FIELDS)("changes with every single bit of %s", (field) => {
    const value = HEADER[field];
    const changed =
      typeof value === "number"
        ? Array.from({ length: 32 }, (_, bit) => value + 2 ** bit)
        : Array.from({ length: String(value).length * 7 }, (_, bit) => withBitFlipped(String(value), bit));
    for (const one of changed) expect(hashOf({ [field]: one })).not.toBe(HASH);
  });

  it.each(FIELDS)("tells an absent %s from an empty one and from the word for it", (field) => {
    const hashes = [null, "", "null", "undefined"].map((value) => hashOf({ [field]: value }));
    expect(new Set([HASH, ...hashes]).size).toBe(HEADER[field] === null ? 4 : 5);
  });

  it("changes when text moves from one field to the next", () => {
    expect(hashOf({ object_type: "rul", object_id: "eorder-confirmation" })).not.toBe(HASH);
    expect(hashOf({ actor_id: 'user_owner","owner', role: "" })).not.toBe(HASH);
  });
});

describe("the commitment to a detail", () => {
  it("differs for the same detail each time, so that it cannot be guessed from a list of phones", () => {
    const detail = { phone: "+16505551234" };
    const [one, two] = [detailBytes(detail), detailBytes(detail)];
    expect(detailCommit(one)).not.toEqual(detailCommit(two));
    expect(detailCommit(one)).toEqual(detailCommit(Buffer.from(one)));
  });

  it("does not depend on the order in which a detail was written", () => {
    const text = (detail: Record<string, unknown>) => detailBytes(detail).subarray(16).toString();
    expect(text({ b: 1, a: { d: null, c: "é" } })).toBe(text({ a: { c: "é", d: null }, b: 1 }));
  });

  it("is made of any text from outside, as a database would hold it", () => {
    const at = new Date(0);
    const bytes = detailBytes({
      wamid: "half a pair \ud800",
      list: ["NUL \0", { text: "\udc00" }],
      at,
      n: 1,
    });
    expect(JSON.parse(bytes.subarray(16).toString())).toEqual({
      wamid: "half a pair \ufffd",
      list: ["NUL \ufffd", { text: "\ufffd" }],
      at: at.toJSON(),
      n: 1,
    });
  });
});

function withBitFlipped(text: string, bit: number): string {
  const at = Math.floor(bit / 7);
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << (bit % 7))) + text.slice(at + 1);
}
