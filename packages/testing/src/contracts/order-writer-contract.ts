import assert from "node:assert/strict";
import { isWebxkeyError, type OrderWriter, type WriteBack } from "@webxkey/core";
import type { Clause } from "./connector-contract.ts";

/** A writer, and what it takes to try it out. */
export interface OrderWriterSubject {
  readonly writer: OrderWriter;
  /** An order that is there. */
  readonly orderRef: string;
  /** One in the same form that is not. */
  readonly goneRef: string;
  /** One of each kind that it writes, with a value that stands nowhere in the order yet. */
  readonly examples: readonly WriteBack[];
  /** What the platform keeps of the order now, in any form that holds what was written. */
  orderNow(): Promise<unknown>;
}

const ONE_OF_EACH: readonly WriteBack[] = [
  { kind: "note", text: "Of no kind" },
  { kind: "state", state: "of-no-kind" },
  { kind: "tag", tag: "of-no-kind" },
  { kind: "field", field: "of_no_kind", value: "of-no-kind" },
];

/** What everything promises that writes back to orders. A clause about something that it does not write is left out. */
export function orderWriterContract(subject: OrderWriterSubject): Clause[] {
  const { writer, orderRef, goneRef, examples } = subject;
  const orderNow = async () => JSON.stringify(await subject.orderNow());
  const others = ONE_OF_EACH.filter(({ kind }) => !writer.writes.includes(kind));

  async function refused(ref: string, what: WriteBack): Promise<unknown> {
    const before = await orderNow();
    const error = await writer.write(ref, what).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Error, `a ${what.kind} was to be refused`);
    assert.equal(await orderNow(), before, `a refused ${what.kind} must write nothing`);
    return error;
  }

  return [
    {
      clause: "writes",
      sentence: "writes each kind that it says it writes, and the order holds it then",
      async run() {
        assert.deepEqual(examples.map(({ kind }) => kind).sort(), [...writer.writes].sort());
        for (const example of examples) {
          await writer.write(orderRef, example);
          const value = writtenBy(example);
          assert.ok(
            (await orderNow()).includes(value),
            `the order does not hold the ${example.kind} ${value}`,
          );
        }
      },
    },
    ...(writer.writes.includes("note")
      ? [
          {
            clause: "note-beside-note",
            sentence: "leaves the notes that are there where they are",
            async run() {
              for (const text of ["First of two", "Second of two"])
                await writer.write(orderRef, { kind: "note", text });
              const now = await orderNow();
              for (const text of ["First of two", "Second of two"])
                assert.ok(now.includes(text), `the note "${text}" is gone`);
            },
          },
        ]
      : []),
    ...(others.length > 0
      ? [
          {
            clause: "other-kind",
            sentence: "refuses a kind that it does not write as the caller's mistake, and writes nothing",
            async run() {
              for (const what of others) {
                const error = await refused(orderRef, what);
                assert.equal(isWebxkeyError(error) && error.code, "invalid_input", what.kind);
              }
            },
          },
        ]
      : []),
    {
      clause: "gone",
      sentence: "says so where the order is not there",
      async run() {
        for (const example of examples) await refused(goneRef, example);
      },
    },
  ];
}

function writtenBy(what: WriteBack): string {
  switch (what.kind) {
    case "note":
      return what.text;
    case "state":
      return what.state;
    case "tag":
      return what.tag;
    case "field":
      return String(what.value);
  }
}
