import { isDeepStrictEqual } from "node:util";
import type { AcceptedView, GraphSimulator } from "@webxkey/testing";
import type { FoundOrder, OpenShop } from "./host.ts";

/** What Meta tells of a message that is read, in the order of their times. */
export const STATUSES = ["sent", "delivered", "read"];

/** What the running system answered, or `false` where it does not hold. */
export type Proof = {
  order: FoundOrder | false;
  /** `accepted` counts what the Graph API took about this order. */
  message: { id: string; state: string; template: string; language: string | null; accepted: number } | false;
  statuses: string[] | false;
  consent: { id: string; wording: string; version: string; text: string } | false;
  audit: { entries: number; head: string } | false;
};

export type Proven = {
  proof: Proof;
  /** Why each part that is `false` does not hold. */
  problems: string[];
};

export type Claim = Pick<OpenShop, "engine" | "findOrder" | "wording"> & {
  simulator: GraphSimulator;
  orderId: string;
};

export function holds(proof: Proof): boolean {
  return Object.values(proof).every(Boolean);
}

/**
 * Asks the running store, engine and Graph API, each through its own API, whether the order became one message that was
 * allowed, sent, delivered and read, and whether the audit rows still are what was written.
 */
export async function prove({ engine, findOrder, wording, simulator, orderId }: Claim): Promise<Proven> {
  const problems: string[] = [];

  async function check<Found>(what: string, find: () => Promise<Found>): Promise<Found | false> {
    try {
      return await find();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  async function onlyMessage() {
    const { messages } = await engine.messages.list({ entity_type: "order", entity_ref: orderId });
    const [message] = messages;
    if (!message || messages.length > 1)
      throw new Error(`one message was expected, ${messages.length} exist`);
    return engine.messages.timeline({ message_id: message.message_id });
  }

  const order = await check("order", () => findOrder(orderId));

  const message = await check("message", async () => {
    const { message, entries } = await onlyMessage();
    const { message_id: id, state, template, language } = message;
    if (state !== "read") throw new Error(`it is ${state}. ${entries.at(-1)?.sentence}`);
    const accepted = (await simulator.accepted()).filter((one) => order && isAbout(one, order.display_id));
    if (accepted.length !== 1) throw new Error(`the Graph API took ${accepted.length} about this order`);
    return { id, state, template, language, accepted: accepted.length };
  });

  const statuses = await check("statuses", async () => {
    const { entries } = await onlyMessage();
    const found = entries
      .filter(({ kind }) => kind === "status")
      .map(({ detail }) => String(detail["status"]));
    if (!isDeepStrictEqual(found, STATUSES)) {
      throw new Error(`${STATUSES.join(", ")} were expected, there is ${found.join(", ") || "none"}`);
    }
    return found;
  });

  const consent = await check("consent", async () => {
    const { entries } = await onlyMessage();
    const cited = entries.find(({ kind }) => kind === "decided")?.detail["consent_id"];
    const { consents } = await engine.consents.list({ entity_type: "order", entity_ref: orderId });
    const record = consents.find(({ consent_id }) => consent_id === cited);
    if (!record) throw new Error("the message cites no consent record of this order");
    if (record.state !== "given") throw new Error(`the cited record is ${record.state}`);
    if (record.wording?.text !== wording.text)
      throw new Error("the cited record keeps other words than were shown");
    const { id, version, text } = record.wording;
    return { id: record.consent_id, wording: id, version, text };
  });

  const audit = await check("audit", async () => {
    const { ok, entries, head, faults } = await engine.audit.verify();
    const [fault] = faults;
    if (fault) throw new Error(`entry ${fault.seq}: ${fault.fault}`);
    if (!ok || !head) throw new Error("the chain is empty or does not hold");
    return { entries, head: head.hash };
  });

  return { proof: { order, message, statuses, consent, audit }, problems };
}

/** Every template about an order names it by what the customer knows it by. */
function isAbout({ request }: AcceptedView, displayId: FoundOrder["display_id"]): boolean {
  const values = (request.template?.components ?? []).flatMap(({ parameters }) => parameters ?? []);
  return values.some(
    ({ parameter_name, text }) => parameter_name === "order_code" && text === String(displayId),
  );
}
