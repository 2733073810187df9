import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type AlertMessage, type AlertOutlet, alertWebhook, secret } from "@webxkey/core";
import { Webhook } from "standardwebhooks";
import { describe, expect, onTestFinished, test } from "vitest";
import { claim, connectDemo, OWNER, STORES, untilState } from "./engine.ts";
import { connectTea, teaShop } from "./made-up-platform.ts";
import {
  askForChore,
  auditOf,
  happened,
  openShop,
  publishOne,
  type Shop,
  says,
  stranger,
  until,
} from "./shop.ts";
import { untilCount } from "./webhooks.ts";

interface Listed {
  readonly alert_id: string;
  readonly cause: string;
  readonly sentence: string;
  readonly acknowledged: { by: string } | null;
  readonly resolved_at: string | null;
}

/** A pager of tests: what it was told, and whether it is out of order. */
function pager(): { outlet: AlertOutlet; told: AlertMessage[]; broken: { is: boolean } } {
  const told: AlertMessage[] = [];
  const broken = { is: false };
  const deliver = async (alert: AlertMessage) => {
    if (broken.is) throw new Error("The pager is out of order.");
    told.push(alert);
  };
  return { outlet: { name: "pager", deliver }, told, broken };
}

async function listed({ engine }: Pick<Shop, "engine">, query = ""): Promise<Listed[]> {
  const { status, body } = await engine.call<{ alerts: Listed[] }>("GET", `/v1/alerts${query}`);
  expect(status).toBe(200);
  return body.alerts;
}

/** Lets the chore look until what it has to see is listed. */
async function look(shop: Shop, what: string, seen: (alerts: Listed[]) => boolean): Promise<Listed[]> {
  await askForChore(shop, "look-for-troubles");
  return await until(what, async () => {
    const alerts = await listed(shop, "?state=all");
    return seen(alerts) && alerts;
  });
}

const open = (cause: string) => (alerts: Listed[]) =>
  alerts.some((alert) => alert.cause === cause && alert.resolved_at === null);

/** What is listed once the chore has looked. */
async function lookedAt(shop: Shop): Promise<Listed[]> {
  await askForChore(shop, "look-for-troubles");
  await untilCount(
    shop.store,
    0,
    "webxkey_jobs.job where name = 'look-for-troubles' and state < 'completed'",
  );
  return await listed(shop);
}

/** Makes what is stored older. */
async function age({ store }: Shop, table: string, column: string, by: string): Promise<void> {
  await store.query(`update webxkey.${table} set ${column} = ${column} - interval '${by}'`);
}

async function acknowledge({ engine }: Shop, alert: Listed | undefined): Promise<void> {
  const { body } = await engine.call<Listed>("POST", `/v1/alerts/${alert?.alert_id}/acknowledge`);
  expect(body.acknowledged).toMatchObject({ by: OWNER });
}

/** The number's token dies, which a message finds out. */
async function killToken(shop: Shop): Promise<void> {
  await shop.simulator.inject({ kind: "token_expired" });
  const { messageId } = await publishOne(shop, happened("order.placed", { phone: stranger() }), {
    claims: [claim()],
  });
  await untilState(shop.engine, messageId, "held");
}

describe.each(STORES)("alerts on %s", (name) => {
  test("a dead token is one alert, told once however often it is looked for, and over when the number sends again (D 8.5)", async () => {
    const { outlet, told } = pager();
    await using shop = await openShop(name, { alertOutlets: [outlet] });
    expect(await listed(shop)).toEqual([]);
    await killToken(shop);

    const [alert] = await look(shop, "no alert", open("token_dead"));
    expect(alert?.sentence).toMatch(/^Meta refuses the access token of .+ Make a new token/);
    await until("nobody was told", async () => told.length > 0);
    await look(shop, "no second look", open("token_dead"));
    await look(shop, "no third look", open("token_dead"));
    expect(await listed(shop)).toHaveLength(1);
    expect(told).toMatchObject([
      { cause: "token_dead", sentence: alert?.sentence, alertId: alert?.alert_id },
    ]);

    await shop.simulator.clearFaults();
    await connectDemo(shop.engine, []);
    await look(shop, "the alert stays", (alerts) => !open("token_dead")(alerts));
    expect(await listed(shop)).toEqual([]);
    expect((await auditOf(shop, alert?.alert_id ?? "")).map(({ action }) => action)).toEqual([
      "alert.raised",
      "alert.resolved",
    ]);
  });

  test("an outlet that fails is tried again, and not once somebody has acknowledged the alert", async () => {
    const { outlet, told, broken } = pager();
    broken.is = true;
    await using shop = await openShop(name, { alertOutlets: [outlet] });
    await killToken(shop);
    const [alert] = await look(shop, "no alert", open("token_dead"));
    const attempts = async () =>
      (await shop.store.query<{ attempts: number }>("select attempts from webxkey.alert_deliveries"))[0]
        ?.attempts;
    await until("it was not tried", async () => (await attempts()) === 1);

    broken.is = false;
    await shop.store.query("update webxkey.alert_deliveries set due_at = now()");
    await askForChore(shop, "look-for-troubles");
    await until("it was not tried again", async () => told.length === 1);
    expect(told[0]?.alertId).toBe(alert?.alert_id);

    await shop.store.query("update webxkey.alert_deliveries set due_at = now(), delivered_at = null");
    const acknowledged = await shop.engine.call<Listed>("POST", `/v1/alerts/${alert?.alert_id}/acknowledge`);
    expect(acknowledged).toMatchObject({ status: 200, body: { acknowledged: { by: OWNER } } });
    await look(shop, "no look", ([first]) => first?.acknowledged !== null);
    expect(told).toHaveLength(1);
    // To acknowledge it again is no second act.
    await shop.engine.call("POST", `/v1/alerts/${alert?.alert_id}/acknowledge`);
    expect((await auditOf(shop, alert?.alert_id ?? "")).map(({ action }) => action)).toEqual([
      "alert.raised",
      "alert.acknowledged",
    ]);
  });

  test("an alert is told however many others were over, or acknowledged, before they could be told (D 8.5)", async () => {
    const { outlet, told } = pager();
    await using shop = await openShop(name, { alertOutlets: [outlet] });
    await shop.store.query(
      `with others as (
         insert into webxkey.alerts (workspace_id, alert_id, cause, object_type, object_id, detail, resolved_at, acknowledged_at, acknowledged_by)
         select w.workspace_id, gen_random_uuid(), 'messages_held', 'workspace', 'n' || n, '{"messages": 1}',
           case when n % 2 = 0 then now() end, case when n % 2 = 1 then now() end, case when n % 2 = 1 then 'user_1' end
         from webxkey.workspaces w, generate_series(1, 120) n returning workspace_id, alert_id)
       insert into webxkey.alert_deliveries (workspace_id, alert_id, outlet, due_at)
       select workspace_id, alert_id, 'pager', now() - interval '1 day' from others`,
    );
    await killToken(shop);
    await look(shop, "no alert", open("token_dead"));
    await until("nobody was told", async () => told.length > 0);
    expect(told.map(({ cause }) => cause)).toEqual(["token_dead"]);
  });

  test("a trouble that is gone for a moment is the same alert, told once; one that comes back later is a new one (D 8.5)", async () => {
    const { outlet, told } = pager();
    await using shop = await openShop(name, { alertOutlets: [outlet] });
    const template = (status: string) =>
      shop.store.query(
        "update webxkey.templates set status = $1 where name = 'order_confirmation' and language = 'en'",
        [status],
      );
    const paused = open("template_paused");
    const isOver = (alerts: Listed[]) => !paused(alerts);
    await template("PAUSED");
    const [alert] = await look(shop, "no alert", paused);
    await until("nobody was told", async () => told.length === 1);
    await template("APPROVED");
    await look(shop, "it stays", isOver);
    await template("PAUSED");
    expect(await look(shop, "it does not come back", paused)).toHaveLength(1);
    await template("APPROVED");
    await look(shop, "it stays", isOver);
    expect((await auditOf(shop, alert?.alert_id ?? "")).map(({ action }) => action)).toEqual([
      "alert.raised",
      "alert.resolved",
      "alert.returned",
      "alert.resolved",
    ]);
    await age(shop, "alerts", "resolved_at", "11 minutes");
    await template("PAUSED");
    expect(await look(shop, "no new alert", paused)).toHaveLength(2);
    await until("nobody was told again", async () => told.length === 2);
  });

  test("messages that need a decision are one alert with their number, which follows it", async () => {
    await using shop = await openShop(name, { burstFloorPerHour: 1 });
    const place = () =>
      publishOne(shop, happened("order.placed", { phone: stranger() }), { claims: [claim()] });
    await place();
    expect(await place()).toMatchObject({ state: "held", reason: { code: "burst_guard" } });
    const [one] = await look(shop, "no alert", open("messages_held"));
    expect(one?.sentence).toMatch(/^1 message needs a decision/);
    const second = await place();
    await look(shop, "the count stands still", ([alert]) =>
      (alert?.sentence ?? "").startsWith("2 messages need a decision"),
    );
    expect(await listed(shop)).toHaveLength(1);

    await shop.store.query("update webxkey.messages set expires_at = now() where state = 'held'");
    await askForChore(shop, "expire-messages");
    await untilState(shop.engine, second.messageId, "expired");
    await look(shop, "the alert stays", (alerts) => !open("messages_held")(alerts));
  });

  test("answers that nobody has read for hours are one alert with their number, and over once they are read (D 8.7)", async () => {
    await using shop = await openShop(name);
    for (const text of ["Where is my parcel?", "Thanks!"]) await says(shop, { phone: stranger(), text });
    await age(shop, "inbound_messages", "received_at", "239 minutes");
    expect(await lookedAt(shop)).toEqual([]);
    await age(shop, "inbound_messages", "received_at", "2 minutes");
    const [alert] = await look(shop, "no alert", open("answers_unread"));
    expect(alert?.sentence).toContain("2 answers of customers");
    await acknowledge(shop, alert);
    const { body } = await shop.engine.call<{ answers: { answer_id: string }[] }>("GET", "/v1/answers");
    await shop.engine.call("POST", "/v1/answers/read", {
      answer_ids: body.answers.map((one) => one.answer_id),
    });
    await look(shop, "the alert stays", (alerts) => !open("answers_unread")(alerts));
  });

  test("a message that may mean stop is an alert after an hour, and over once somebody says what it means (D 1.4)", async () => {
    await using shop = await openShop(name);
    await says(shop, { phone: stranger(), text: "stop?" });
    await age(shop, "unsure_cases", "opened_at", "59 minutes");
    expect(await lookedAt(shop)).toEqual([]);
    await age(shop, "unsure_cases", "opened_at", "2 minutes");
    const [alert] = await look(shop, "no alert", open("opt_outs_unsure"));
    expect(alert?.sentence).toContain("1 message of a customer may mean stop");
    await acknowledge(shop, alert);
    const { body } = await shop.engine.call<{ unsure: { case_id: string }[] }>("GET", "/v1/unsure");
    await shop.engine.call("POST", `/v1/unsure/${body.unsure[0]?.case_id}/answer`, { answer: "carry_on" });
    await look(shop, "the alert stays", (alerts) => !open("opt_outs_unsure")(alerts));
  });

  test("a template that Meta pauses under a rule that is on, and one that it makes marketing, are alerts; others are not", async () => {
    await using shop = await openShop(name);
    await shop.store.query("update webxkey.templates set status = 'PAUSED' where name = 'order_shipped'");
    await shop.store.query(
      "update webxkey.templates set status = 'PAUSED' where name = 'order_confirmation' and language = 'en'",
    );
    const [paused] = await look(shop, "no alert", open("template_paused"));
    expect(paused?.sentence).toMatch(/^Meta set the template order_confirmation \(en\) to PAUSED/);
    expect(await listed(shop)).toHaveLength(1);

    await shop.store.query(
      "update webxkey.templates set status = 'APPROVED', category = 'MARKETING' where name = 'order_confirmation'",
    );
    await look(shop, "no second alert", open("template_reclassed"));
    expect((await listed(shop)).map(({ cause }) => cause)).not.toContain("template_paused");
  });

  test("a number of which Meta reports nothing for half an hour is an alert, and over with its next status", async () => {
    await using shop = await openShop(name);
    await shop.simulator.inject({ kind: "no_statuses" });
    const { messageId } = await publishOne(shop, happened("order.placed", { phone: stranger() }), {
      claims: [claim()],
    });
    await untilState(shop.engine, messageId, "accepted");
    await look(shop, "a look", (alerts) => alerts.length === 0);
    await shop.store.query("update webxkey.messages set updated_at = now() - interval '31 minutes'");
    const [silent] = await look(shop, "no alert", open("webhooks_silent"));
    expect(silent?.sentence).toMatch(/half an hour, although it took 1 messages?/);
  });

  test("a shop's problems are alerts by what they do to its messages: reading and silence only once they have lasted, signatures and orders at once (D 9.5)", async () => {
    await using shop = await openShop(name, { connectors: [teaShop({ api: false })] });
    const { connection_id } = await connectTea(shop.engine);
    const problem = (code: string, ago: string, lastAgo = "0 minutes") =>
      shop.store.query(
        `insert into webxkey.connection_problems (workspace_id, connection_id, code, since, last_at)
         select workspace_id, connection_id, $2, now() - $3::interval, now() - $4::interval
         from webxkey.connections where connection_id = $1`,
        [connection_id, code, ago, lastAgo],
      );
    await problem("platform_unavailable", "1 minute");
    await problem("webhooks_silent", "1 minute");
    await problem("bad_signature", "3 days", "25 hours");
    await problem("parked", "1 minute");
    await look(shop, "no alert", open("shop_orders"));
    expect((await listed(shop)).map(({ cause }) => cause)).toEqual(["shop_orders"]);

    await shop.store.query("update webxkey.connection_problems set since = now() - interval '11 minutes'");
    const silent = await look(shop, "no alert", open("shop_webhooks"));
    expect(silent.find(({ cause }) => cause === "shop_webhooks")?.sentence).toMatch(
      /^The webhooks of the shop .+ no delivery had reported.+ webxkey connection show/,
    );
    await problem("order_unreadable", "1 minute");
    await look(shop, "no alert", (all) => open("shop_refused")(all) && open("shop_orders")(all));
    await shop.store.query("delete from webxkey.connection_problems");
    await look(shop, "they stay", (all) => all.every(({ resolved_at }) => resolved_at !== null));
  });

  test("who may only look sees alerts and cannot acknowledge them; another workspace's are not there", async () => {
    await using shop = await openShop(name, { burstFloorPerHour: 1 });
    await shop.engine.call("PUT", "/v1/members/user_viewer", { role: "viewer" });
    const place = () =>
      publishOne(shop, happened("order.placed", { phone: stranger() }), { claims: [claim()] });
    await place();
    await place();
    const [alert] = await look(shop, "no alert", open("messages_held"));
    const path = `/v1/alerts/${alert?.alert_id}/acknowledge`;
    expect(await shop.engine.call("GET", "/v1/alerts", undefined, "user_viewer")).toMatchObject({
      status: 200,
      body: { alerts: [{ cause: "messages_held" }] },
    });
    expect(await shop.engine.call("POST", path, undefined, "user_viewer")).toMatchObject({ status: 403 });
    expect(await shop.engine.call("GET", "/v1/alerts", undefined, null)).toMatchObject({ status: 401 });
    const foreign = "/v1/alerts/00000000-0000-7000-8000-000000000000/acknowledge";
    expect(await shop.engine.call("POST", foreign)).toMatchObject({ status: 404 });
  });
});

test("the alert webhook is signed as the specification's own library reads it, and any answer but 2xx is a failure", async () => {
  const signing = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const received: { body: string; headers: Record<string, string> }[] = [];
  let status = 204;
  let isBroken = false;
  const server = createServer(async (request, response) => {
    received.push({ body: await text(request), headers: request.headers as Record<string, string> });
    if (!isBroken) return void response.writeHead(status).end();
    response.writeHead(status, { "content-length": "100" }).write("Th");
    response.socket?.destroySoon();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`;
  const outlet = alertWebhook({ url, secret: secret(signing) });
  const alert: AlertMessage = {
    alertId: "01941f29-7c00-7000-8000-000000000001",
    workspace: { id: "shop", name: "Lucky Shrub" },
    cause: "token_dead",
    sentence: "Meta refuses the access token.",
    raisedAt: new Date("2026-11-30T10:00:00Z"),
  };
  await outlet.deliver(alert);
  const [first] = received;
  expect(new Webhook(signing).verify(first?.body ?? "", first?.headers ?? {})).toEqual({
    type: "alert.raised",
    timestamp: "2026-11-30T10:00:00.000Z",
    data: {
      alert_id: alert.alertId,
      workspace_id: "shop",
      workspace: "Lucky Shrub",
      cause: "token_dead",
      sentence: alert.sentence,
    },
  });
  expect(first?.headers["webhook-id"]).toBe(alert.alertId);
  status = 302;
  await expect(outlet.deliver(alert)).rejects.toThrow("answered 302");
  // Taken, although the answer breaks off in its middle.
  status = 200;
  isBroken = true;
  await outlet.deliver(alert);
  for (const plain of ["http://10.0.0.7/alerts", "http://pager.example", "ftp://pager.example"])
    expect(() => alertWebhook({ url: plain, secret: secret(signing) }), plain).toThrow(/must be https/);
});
