import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createMessaging,
  type Messaging,
  type MessagingOptions,
  pglite,
  secret,
  starterRules,
  type Worker,
} from "@webxkey/core";
import { toNodeListener } from "@webxkey/core/node";
import {
  demoAccount,
  type GraphSimulator,
  inboundText,
  startGraphSimulator,
  statusWebhook,
} from "@webxkey/testing";
import { type Order, WORDING } from "../orders.ts";
import { OWNER, WORKSPACE_ID } from "../processes/engine-on.ts";
import { processLog } from "../processes/env.ts";
import { until } from "../until.ts";
import { BURST_FLOOR_PER_HOUR } from "../windows.ts";
import type { Status } from "./model.ts";

/** The engine on a database in memory, and a Meta that reports a status only when told to. */
export type EngineUnderTest = AsyncDisposable & {
  publish(order: Order): Promise<string>;
  setWorking(working: boolean): Promise<void>;
  /** Closes the engine and makes a new one on the same database. */
  restart(): Promise<void>;
  says(phone: string, word: "STOP" | "START"): Promise<void>;
  setApproved(approved: boolean): Promise<void>;
  killToken(): Promise<void>;
  reconnect(): Promise<void>;
  report(messageId: string, phone: string, status: Status): Promise<void>;
  /** Waits until nothing moves, then answers the states and how often Meta took each of these people's messages. */
  look(
    messageIds: readonly string[],
    phones: readonly string[],
  ): Promise<{ state: string; reason: string | null; taken: number }[]>;
};

const SECOND_MS = 1_000;
const YEAR_MS = 365 * 86_400 * SECOND_MS;
const NEVER = { sentMs: YEAR_MS, deliveredMs: YEAR_MS, readMs: YEAR_MS };
const TEMPLATE = "order_confirmation";
const SETTLED_MS_MAX = 20_000;
/** Meta tells whole seconds, so each event of a run has one of its own, all of them in the past. */
const PAST_SECONDS = 6 * 86_400;

type OpenStorage = Awaited<ReturnType<MessagingOptions["storage"]["open"]>>;

export async function openEngineUnderTest(): Promise<EngineUnderTest> {
  await using opened = new AsyncDisposableStack();
  const simulator = opened.use(
    await startGraphSimulator({ statusTimes: NEVER, limitPairs: false, usernameAdopters: 3 }),
  );
  // Thousands of sequences write to more people than a new business may on one day.
  await simulator.seed({ portfolios: [{ ...demoAccount.portfolio, messagingLimit: "TIER_UNLIMITED" }] });
  const storage: OpenStorage = opened.use(await pglite().open());
  const rootKey = randomBytes(32).toString("base64");
  let messaging: Messaging | undefined;
  const server = createServer((request, response) => {
    if (messaging) void toNodeListener(messaging.handler)(request, response);
    else response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const make = () =>
    createMessaging({
      // Kept open over a restart of the engine: what is in memory would be gone with it.
      storage: {
        name: "pglite",
        open: async () => ({ ...storage, [Symbol.asyncDispose]: async () => undefined }),
      },
      rootKey: secret(rootKey),
      workspace: { id: WORKSPACE_ID, name: "Lucky Shrub", ownerUserId: OWNER },
      rules: starterRules,
      wordings: [WORDING],
      graphUrl: simulator.url,
      webhookUrl: `http://127.0.0.1:${port}/v1/meta/webhook`,
      burstFloorPerHour: BURST_FLOOR_PER_HOUR,
      log: processLog("model"),
    });
  let engine = make();
  messaging = engine;
  opened.defer(() => engine.close());
  let worker: Worker | undefined;
  opened.defer(async () => worker?.stop());
  await engine.migrate();
  const connectNow = () => connect(engine);
  await connectNow();
  await call(engine, "PUT", "/v1/rules/order-confirmation", { active: true });
  worker = engine.startWorker();
  const rows = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await storage.query(text, values)).rows as Row[];
  let seconds = Math.floor(Date.now() / 1_000) - PAST_SECONDS;
  const nextSecond = () => {
    seconds += 1;
    return seconds;
  };

  const kept = opened.move();
  return {
    async publish({ event, claims }) {
      const dated = claims.map((claim) => ({ ...claim, occurredAt: new Date(String(claim["occurredAt"])) }));
      const { intents } = await engine.publish(event, { claims: dated as never });
      return intents[0]?.messageId ?? "";
    },
    async setWorking(working) {
      if (working) worker ??= engine.startWorker();
      else {
        await worker?.stop();
        worker = undefined;
      }
    },
    async restart() {
      const wasWorking = worker !== undefined;
      await worker?.stop();
      await engine.close();
      engine = make();
      messaging = engine;
      worker = wasWorking ? engine.startWorker() : undefined;
    },
    async says(phone, text) {
      const atSeconds = nextSecond();
      // Each word is a message of its own: with an id seen before, it would be a repetition.
      const wamid = `wamid.said_${atSeconds}`;
      await deliver(simulator, inboundText({ phone, text, wamid, atSeconds }));
    },
    async setApproved(approved) {
      // Two equal bodies are one webhook and its repetition, so that no two changes may have the same second.
      await simulator.advance(SECOND_MS);
      await simulator.setTemplateStatus(TEMPLATE, approved ? "APPROVED" : "PAUSED");
    },
    async killToken() {
      await simulator.inject({ kind: "token_expired" });
    },
    async reconnect() {
      await simulator.clearFaults();
      await connectNow();
    },
    async report(messageId, phone, status) {
      const [row] = await rows<{ id: string }>(
        "select attempt_id as id from webxkey.messages where message_id = $1",
        [messageId],
      );
      const callbackData = `v1.${row?.id}`;
      const accepted = await simulator.accepted({ phone });
      const wamid = accepted.find((one) => one.callbackData === callbackData)?.wamid;
      if (wamid === undefined) throw new Error(`Meta has no message of the attempt ${row?.id}.`);
      await deliver(
        simulator,
        statusWebhook({
          status,
          phone,
          wamid,
          callbackData,
          atSeconds: nextSecond(),
          ...(status === "failed" && { errorCode: 131026 }),
        }),
      );
    },
    async look(messageIds, phones) {
      await until("the engine does not come to rest", SETTLED_MS_MAX, async () => {
        const [open] = await rows<{ count: number }>(
          `select ((select count(*) from webxkey.messages where state in ('queued', 'sending'))
             + (select count(*) from webxkey.inbox where state = 'stored'))::int as count`,
        );
        const { counts } = await simulator.state();
        return counts.webhooksUnderWay === 0 && (worker === undefined || open?.count === 0);
      });
      const found = await rows<{
        id: string;
        state: string;
        reason: string | null;
        attempts: string[] | null;
      }>(
        `select m.message_id as id, m.state, m.reason_code as reason,
           (select array_agg('v1.' || a.attempt_id) from webxkey.attempts a where a.message_id = m.message_id) as attempts
         from webxkey.messages m where m.message_id = any($1::uuid[])`,
        [[...messageIds]],
      );
      const byId = new Map(found.map((row) => [row.id, row]));
      // Of these people alone: after thousands of sequences all of them are too many to read after each command.
      const theirs = await Promise.all([...new Set(phones)].map((phone) => simulator.accepted({ phone })));
      const taken = Map.groupBy(theirs.flat(), ({ callbackData }) => callbackData);
      return messageIds.map((id) => {
        const row = byId.get(id);
        const times = (row?.attempts ?? []).reduce((sum, mark) => sum + (taken.get(mark)?.length ?? 0), 0);
        return { state: row?.state ?? "gone", reason: row?.reason ?? null, taken: times };
      });
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function deliver(
  simulator: GraphSimulator,
  body: Parameters<GraphSimulator["deliver"]>[0],
): Promise<void> {
  const { attempts } = await simulator.deliver(body);
  const answer = attempts.at(-1)?.status;
  if (answer !== 200) throw new Error(`A webhook was answered ${answer}.`);
}

async function connect(engine: Messaging): Promise<void> {
  const { app, waba, number, token } = demoAccount;
  await call(engine, "POST", "/v1/senders", {
    waba_id: waba.id,
    phone_number_id: number.id,
    app_id: app.id,
    app_secret: app.secret,
    access_token: token.value,
  });
}

async function call(engine: Messaging, method: string, path: string, body: object): Promise<void> {
  const request = new Request(`http://engine${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const response = await engine.handler(request, { userId: OWNER });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
}
