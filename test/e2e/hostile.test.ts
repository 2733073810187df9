import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "@webxkey/demo-kit/process";
import * as medusa from "@webxkey/demo-medusa";
import * as strapi from "@webxkey/demo-strapi";
import { demoAccount, type GraphSimulator, startGraphSimulator } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openRaw, type RawConnection } from "./raw-socket.ts";

// What strangers send to a shop's own process costs an answer each, and never the memory that the shop sells with.

const FLOOD = 250;
const BODY_BYTES = 4 * 1024 * 1024;
const ADDED_MB_MAX = 80;
/** What strangers can write without a secret. */
const FORGED = `X-Hub-Signature-256: sha256=${"0".repeat(64)}`;
const JSON_TYPE = "Content-Type: application/json";

interface Host {
  readonly name: string;
  /** Starts a store whose number is connected, as a process of its own. */
  open(graphUrl: string, resources: AsyncDisposableStack): Promise<Store>;
  readonly webhook: string;
  /** A route of the admin API that takes a body, where code of ours is the first to answer it. */
  readonly admin?: string;
}

const { app, waba, number, token } = demoAccount;
const credentials = {
  waba_id: waba.id,
  phone_number_id: number.id,
  app_id: app.id,
  app_secret: app.secret,
  access_token: token.value,
};

const HOSTS: readonly Host[] = [
  {
    name: "Medusa",
    webhook: "/hooks/webxkey/meta",
    // Medusa refuses whoever is not signed in before any code of ours runs, here as at all of its own routes.
    async open(graphUrl, resources) {
      const databaseUrl = await medusa.copyStore(inject("preparedStoreUrl"));
      const store = resources.use(await medusa.startStore({ databaseUrl, graphUrl }));
      const { admin } = await medusa.openStore(store.url);
      await admin.api.post("/admin/webxkey/v1/senders", credentials);
      return store;
    },
  },
  {
    name: "Strapi",
    webhook: "/api/webxkey/meta",
    admin: "/webxkey/v1/messages/release",
    async open(graphUrl, resources) {
      const directory = await mkdtemp(join(tmpdir(), "webxkey-strapi-flood-"));
      resources.defer(() => rm(directory, { recursive: true, force: true }));
      const store = resources.use(await strapi.startStore({ directory, graphUrl }));
      const { admin } = await strapi.openStore(store.url);
      await admin.api.post("/webxkey/v1/senders", credentials);
      return store;
    },
  },
];

describe.each(HOSTS)("in a process of $name", ({ open, webhook, admin }) => {
  const resources = new AsyncDisposableStack();
  let store: Store;
  let simulator: GraphSimulator;
  beforeAll(async () => {
    simulator = resources.use(await startGraphSimulator());
    store = await open(simulator.url, resources);
  });
  afterAll(() => resources.disposeAsync());

  test.each([
    ["unsigned, at the address of all apps", () => webhook, [], [401]],
    ["unsigned, at one app's own address", () => appAddress(simulator), [], [401]],
    ["with a made-up signature, at the address of all apps", () => webhook, [FORGED], [401, 503]],
    ["with a made-up signature, at one app's own address", () => appAddress(simulator), [FORGED], [401, 503]],
    ["with a made-up signature, at no app's address", () => `${webhook}/${"a".repeat(22)}`, [FORGED], [404]],
    ...(admin === undefined ? [] : strangersAt(admin)),
  ] as const)(
    `${FLOOD} connections with 4 MB each, %s, add less than ${ADDED_MB_MAX} MB (D 6.4)`,
    async (how, path, headers, allowed) => {
      const head = headOf(`POST ${await path()} HTTP/1.1`, `Content-Length: ${BODY_BYTES}`, ...headers);
      const { answers, addedMb } = await flood(store, head);
      report(how, addedMb);
      expect([...answers].filter((status) => !(allowed as readonly number[]).includes(status))).toEqual([]);
      expect(addedMb).toBeLessThan(ADDED_MB_MAX);
      expect((await fetch(`${store.url}${webhook}`, { method: "POST", body: "{}" })).status).toBe(401);
    },
  );
});

function strangersAt(admin: string) {
  return [
    ["to the admin, by somebody who is not signed in", () => admin, [JSON_TYPE], [401]],
    [
      "to the admin, with a session that nobody has",
      () => admin,
      [JSON_TYPE, `Authorization: Bearer ${"x".repeat(60)}`],
      [401, 413],
    ],
  ] as const;
}

/** Seen in the log of a run: how near the limit is. */
function report(how: string, addedMb: number): void {
  process.stdout.write(`${how}: ${addedMb.toFixed(0)} MB\n`);
}

/** As many connections as there are strangers send all but the last byte at once; what is kept of a body is kept until its end. */
async function flood(
  { url, pid }: Store,
  head: string,
): Promise<{ answers: ReadonlySet<number>; addedMb: number }> {
  const body = Buffer.alloc(BODY_BYTES, "x");
  const connections = await Promise.all(Array.from({ length: FLOOD }, () => openRaw(url)));
  const before = residentMb(pid, "VmRSS");
  // Has the kernel forget the highest size so far (proc_pid_clear_refs(5)).
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  for (const connection of connections) {
    void connection.write(head);
    void connection.write(body.subarray(0, -1));
  }
  await expect.poll(() => connections.some(({ over }) => over()), { timeout: 30_000 }).toBe(true);
  for (const connection of connections) void connection.write("x");
  const answers = new Set(await Promise.all(connections.map(({ status }: RawConnection) => status)));
  for (const connection of connections) connection[Symbol.dispose]();
  return { answers, addedMb: residentMb(pid, "VmHWM") - before };
}

/** As the kernel counts it. */
function residentMb(pid: number, counter: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const [, kb] = new RegExp(`^${counter}:\\s+(\\d+) kB`, "m").exec(status) ?? [];
  return Number(kb) / 1024;
}

/** The head of a request, each line ended as HTTP wants it. */
function headOf(...lines: readonly string[]): string {
  return `${[...lines, "Host: shop.test"].join("\r\n")}\r\n\r\n`;
}

/** Where Meta was told to send the webhooks of the demo app. */
async function appAddress(simulator: GraphSimulator): Promise<string> {
  const response = await fetch(`${simulator.url}/v25.0/${waba.id}/subscribed_apps`, {
    headers: { authorization: `Bearer ${token.value}` },
  });
  const { data } = (await response.json()) as { data: { override_callback_uri: string }[] };
  return new URL(String(data[0]?.override_callback_uri)).pathname;
}
