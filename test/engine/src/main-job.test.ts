import { describe, expect, test } from "vitest";
import {
  claim,
  connectDemo,
  fastSimulator,
  openStore,
  orderPlaced,
  PHONE,
  STORES,
  startEngine,
  untilState,
  WORDING,
} from "./engine.ts";

describe.each(STORES)("on %s", (name) => {
  test("an order with an opt-in becomes one message that is read, and its timeline cites the wording", async () => {
    await using simulator = await fastSimulator();
    await using store = await openStore(name);
    await using engine = await startEngine({ storage: store.option(), simulator });
    await connectDemo(engine);
    await engine.startWorker();

    const published = await engine.messaging.publish(orderPlaced(), { claims: [claim()] });
    const [intent] = published.intents;
    expect(intent).toMatchObject({ state: "queued", reason: null, ruleId: "order-confirmation" });
    const timeline = await untilState(engine, intent?.messageId ?? "", "read");

    const kinds = timeline.entries.map(({ kind }) => kind);
    // Statuses have whole seconds: one of this second may stand before the answer that it followed.
    expect(kinds.filter((kind) => kind !== "answered")).toEqual([
      "event_seen",
      "consent",
      "decided",
      "attempted",
      "status",
      "status",
      "status",
    ]);
    expect(kinds.indexOf("answered")).toBeGreaterThan(kinds.indexOf("attempted"));
    expect(timeline.entries.find(({ kind }) => kind === "decided")?.sentence).toContain(
      `version ${WORDING.version}`,
    );
    expect(timeline.entries.find(({ kind }) => kind === "consent")?.detail["wording"]).toBe(WORDING.text);
    expect(await simulator.accepted({ phone: PHONE })).toHaveLength(1);
    const audit = await engine.call("POST", "/v1/audit/verify");
    expect(audit).toMatchObject({ status: 200, body: { ok: true, faults: [] } });
  });
});
