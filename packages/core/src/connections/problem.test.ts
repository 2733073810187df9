import { expect, test } from "vitest";
import { problemSentence } from "./problem.ts";

test.each(["platform_redirects", "platform_not_found"] as const)(
  "%s says what came back, and what to click at this platform (D 9.15)",
  (code) => {
    const detail = "It redirects to another path of the same host.";
    const click = "Under Settings > Permalinks any structure but Plain is needed.";
    const sentence = problemSentence({ code, detail }, { address: click });
    expect(sentence.endsWith(` ${detail} ${click}`)).toBe(true);
  },
);
