import { expect, it } from "vitest";
import { graphFailure } from "./graph-failure.ts";

it("says what Meta's code asks for when a call was refused", () => {
  const failure = graphFailure(
    { kind: "error", error: { code: 190 }, httpStatus: 401, headers: {} },
    "It failed.",
  );
  expect(failure).toMatchObject({
    code: "graph_refused",
    message: "It failed. The access token is not valid any more: connect the sender again.",
  });
});

it("asks to try again when no answer came", () => {
  expect(graphFailure({ kind: "not_sent", reason: "dns" }, "It failed.").code).toBe("graph_unavailable");
  expect(graphFailure({ kind: "unknown", reason: "timeout" }, "It failed.").code).toBe("graph_unavailable");
});
