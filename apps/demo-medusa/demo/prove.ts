import { isDeepStrictEqual } from "node:util";
import type { Admin } from "../harness/index.ts";
import type { EngineApi } from "./engine-api.ts";

const STATUSES = ["sent", "delivered", "read"];

/** What the running system answered, or `false` where it does not hold. */
export type Proof = {
  order: { id: string; display_id: number; total: number; currency_code: string } | false;
  message: { id: string; state: string; template: string; language: string | null } | false;
  statuses: string[] | false;
  consent: { id: string; wording: string; version: string; text: string } | false;
  audit: { entries: number; head: string } | false;
};

export type Proven = { proof: Proof; problems: string[] };

export type Claim = {
  admin: Admin;
  engine: EngineApi;
  orderId: string;
  /** The words that stood beside the box at checkout. */
  wordingText: string;
};

/**
 * Asks the running store and engine, each through its own API, whether the order became one message that was
 * allowed, sent, delivered and read, and whether the audit rows still are what was written.
 */
export async function prove({ admin, engine, orderId, wordingText }: Claim): Promise<Proven> {
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

  const order = await check("order", async () => {
    const { id, display_id, total, currency_code } = await admin.order(orderId);
    if (display_id === undefined) throw new Error(`${id} has no number`);
    return { id, display_id, total, currency_code };
  });

  const message = await check("message", async () => {
    const { message, entries } = await onlyMessage();
    if (message.state !== "read") throw new Error(`it is ${message.state}: ${lastSentence(entries)}`);
    return {
      id: message.message_id,
      state: message.state,
      template: message.template,
      language: message.language,
    };
  });

  const statuses = await check("statuses", async () => {
    const { entries } = await onlyMessage();
    const found = entries
      .filter(({ kind }) => kind === "status")
      .map(({ detail }) => String(detail["status"]));
    if (!isDeepStrictEqual(found, STATUSES)) throw new Error(`${STATUSES} were expected, there is ${found}`);
    return found;
  });

  const consent = await check("consent", async () => {
    const { entries } = await onlyMessage();
    const cited = entries.find(({ kind }) => kind === "decided")?.detail["consent_id"];
    const { consents } = await engine.consents.list({ entity_type: "order", entity_ref: orderId });
    const record = consents.find(({ consent_id }) => consent_id === cited);
    if (!record) throw new Error("the message cites no consent record of this order");
    if (record.state !== "given") throw new Error(`the cited record is ${record.state}`);
    if (record.wording?.text !== wordingText)
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

function lastSentence(entries: readonly { sentence: string }[]): string {
  return entries.at(-1)?.sentence ?? "nothing is known of it";
}
