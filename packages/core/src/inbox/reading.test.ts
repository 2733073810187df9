import { describe, expect, test } from "vitest";
import type { InboundFact, InboundKind } from "../channels/facts.ts";
import { pii } from "../kernel/pii.ts";
import { readingOf } from "./reading.ts";

function written(text: string, more: Partial<InboundFact> = {}): InboundFact {
  return {
    kind: "inbound",
    messageKind: "text",
    wamid: pii("wamid.in"),
    from: { phone: pii("+16505551234") },
    profileName: undefined,
    timestamp: new Date("2026-11-23T12:00:00Z"),
    text: pii(text),
    payload: undefined,
    said: [{ as: "words", text: pii(text) }],
    contextWamid: undefined,
    groupId: undefined,
    media: undefined,
    errors: [],
    ...more,
  };
}

describe("a START", () => {
  test.each<InboundKind>(["text", "button", "interactive"])("counts in a %s (D 1.5)", (messageKind) => {
    expect(readingOf(written("START", { messageKind }))).toBe("opt_in");
  });

  test.each<InboundKind>(["edit", "media", "reaction", "order", "aside", "other"])(
    "counts for nothing in %s, where a STOP counts (D 1.5)",
    (messageKind) => {
      expect(readingOf(written("START", { messageKind }))).toBe("none");
      expect(readingOf(written("STOP", { messageKind }))).toBe("opt_out");
    },
  );

  test("counts for nothing in a group, where a STOP counts (D 1.5)", () => {
    const groupId = pii("group_1");
    expect(readingOf(written("START", { groupId }))).toBe("none");
    expect(readingOf(written("STOP", { groupId }))).toBe("opt_out");
  });
});
