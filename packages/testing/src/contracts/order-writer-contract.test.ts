import { type OrderWriter, WebxkeyError, type WriteBack } from "@webxkey/core";
import { expect, test } from "vitest";
import { type OrderWriterSubject, orderWriterContract } from "./index.ts";

/** The smallest shop there can be: one order with notes and a state. */
function bazaar(spoil: (sound: OrderWriter, order: { notes: string[]; state: string }) => OrderWriter) {
  const order = { notes: ["Ring twice"], state: "new" };
  const sound: OrderWriter = {
    writes: ["note", "state"],
    async write(ref, what) {
      if (what.kind !== "note" && what.kind !== "state")
        throw new WebxkeyError("invalid_input", { detail: "A bazaar has no such thing." });
      if (ref !== "1") throw new WebxkeyError("not_found", { detail: "There is no such order." });
      if (what.kind === "note") order.notes.push(what.text);
      else order.state = what.state;
    },
  };
  const examples: readonly WriteBack[] = [
    { kind: "note", text: "Confirmed" },
    { kind: "state", state: "accepted" },
  ];
  const subject: OrderWriterSubject = {
    writer: spoil(sound, order),
    orderRef: "1",
    goneRef: "2",
    examples,
    orderNow: async () => structuredClone(order),
  };
  return orderWriterContract(subject);
}

const BREAKERS: readonly (readonly [clause: string, how: string, spoil: Parameters<typeof bazaar>[0]])[] = [
  [
    "writes",
    "says that it writes what it does not",
    (sound) => ({ ...sound, writes: [...sound.writes, "tag"] }),
  ],
  [
    "writes",
    "drops a state",
    (sound) => ({
      ...sound,
      write: async (ref, what) => (what.kind === "state" ? undefined : await sound.write(ref, what)),
    }),
  ],
  [
    "note-beside-note",
    "keeps one note",
    (sound, order) => ({
      ...sound,
      async write(ref, what) {
        await sound.write(ref, what);
        order.notes.splice(0, order.notes.length - 1);
      },
    }),
  ],
  [
    "other-kind",
    "takes a tag and drops it",
    (sound) => ({
      ...sound,
      write: async (ref, what) => (what.kind === "tag" ? undefined : await sound.write(ref, what)),
    }),
  ],
  [
    "other-kind",
    "refuses a tag as a fault of its own",
    (sound) => ({
      ...sound,
      async write(ref, what) {
        if (what.kind === "tag") throw new Error("no tag");
        await sound.write(ref, what);
      },
    }),
  ],
  [
    "other-kind",
    "writes before it refuses",
    (sound, order) => ({
      ...sound,
      async write(ref, what) {
        if (what.kind === "field") order.notes.push(what.field);
        await sound.write(ref, what);
      },
    }),
  ],
  [
    "gone",
    "takes what it cannot write",
    (sound) => ({
      ...sound,
      write: async (ref, what) => (ref === "2" ? undefined : await sound.write(ref, what)),
    }),
  ],
];

test("a sound writer keeps every clause", async () => {
  const clauses = bazaar((sound) => sound);
  expect(clauses.map(({ clause }) => clause)).toEqual(["writes", "note-beside-note", "other-kind", "gone"]);
  for (const { run } of clauses) await run();
});

test.each(BREAKERS)("the clause %s fails for a writer that %s", async (broken, _how, spoil) => {
  const clauses = bazaar(spoil);
  const failing = clauses.find(({ clause }) => clause === broken);
  await expect(failing?.run()).rejects.toThrow();
});

test("every clause has a writer that breaks it", () => {
  const broken = new Set(BREAKERS.map(([clause]) => clause));
  expect([...broken].sort()).toEqual(
    bazaar((sound) => sound)
      .map(({ clause }) => clause)
      .sort(),
  );
});
