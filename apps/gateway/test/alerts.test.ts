import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { secret } from "@webxkey/core";
import pg from "pg";
import { SMTPServer } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { alertOutletsOf } from "../src/alert-outlets.ts";
import { call, openShop, orderPlaced } from "./installation.ts";
import { until } from "./run-process.ts";

/** A mail server on loopback that takes every message, and asks for a password where one is set. */
async function mailServer(password?: string, full: { box?: string } = {}) {
  const mails: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    authOptional: password === undefined,
    onAuth: ({ username, password: given }, _session, done) =>
      given === password ? done(null, { user: username }) : done(new Error("Wrong password")),
    onRcptTo: ({ address }, _session, done) =>
      done(address === full.box ? Object.assign(new Error("Mailbox full"), { responseCode: 452 }) : null),
    onData: (stream, _session, done) =>
      void text(stream).then((mail) => {
        mails.push(mail);
        done();
      }),
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { mails, port: (server.server.address() as AddressInfo).port };
}

const ALERT = {
  alertId: "01941f29-7c00-7000-8000-000000000001",
  workspace: { id: "shop", name: "Lucky Shrub" },
  cause: "token_dead",
  sentence: "Meta refuses the access token of +1 555 078 3881. Its messages wait.",
  raisedAt: new Date("2026-11-30T10:00:00Z"),
};

test("an alert by e-mail names the trouble in its subject and how to acknowledge it, and signs in", async () => {
  const { mails, port } = await mailServer("p@ss word");
  const [outlet] = alertOutletsOf({
    email: {
      smtpUrl: secret(`smtp://alerts:p%40ss%20word@127.0.0.1:${port}`),
      from: "webxkey@shop.example",
      to: ["owner@shop.example"],
    },
  });
  await outlet?.deliver(ALERT);
  expect(mails).toHaveLength(1);
  expect(mails[0]).toContain("Subject: Lucky Shrub: Meta refuses the access token of +1 555 078 3881.");
  expect(mails[0]).toContain("To: owner@shop.example");
  expect(mails[0]).toContain(`Message-ID: <${ALERT.alertId}@shop.example>`);
  expect(mails[0]).toContain(`webxkey alert ack ${ALERT.alertId}`);
});

test("each recipient is told by themselves: one whose mailbox is full is tried again, and the others hear nothing twice (D 8.5)", async () => {
  const full = { box: "owner@shop.example" } as { box?: string };
  const { mails, port } = await mailServer(undefined, full);
  const outlets = alertOutletsOf({
    email: {
      smtpUrl: secret(`smtp://127.0.0.1:${port}`),
      from: "webxkey@shop.example",
      to: ["owner@shop.example", "admin@shop.example"],
    },
  });
  expect(outlets.map(({ name }) => name)).toEqual(["email", "email-2"]);
  const [owner, admin] = outlets;
  await expect(owner?.deliver(ALERT)).rejects.toThrow(/Mailbox full/);
  await admin?.deliver(ALERT);
  delete full.box;
  await owner?.deliver(ALERT);
  expect(mails.map((mail) => /^To: (.*)\r$/m.exec(mail)?.[1])).toEqual([
    "admin@shop.example",
    "owner@shop.example",
  ]);
});

test("a refused sign-in is a failure, and its error names no password", async () => {
  const { port } = await mailServer("another");
  const [outlet] = alertOutletsOf({
    email: {
      smtpUrl: secret(`smtp://alerts:canarysecret@127.0.0.1:${port}`),
      from: "webxkey@shop.example",
      to: ["owner@shop.example"],
    },
  });
  const failure = await outlet?.deliver(ALERT).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(`${String(failure)} ${JSON.stringify(failure)}`).not.toContain("canarysecret");
});

test("a dead token is mailed by the gateway, listed by the command line, and acknowledged there", async () => {
  const { mails, port } = await mailServer();
  await using shop = await openShop({
    env: {
      WEBXKEY_SMTP_URL: `smtp://127.0.0.1:${port}`,
      WEBXKEY_ALERT_EMAIL_FROM: "webxkey@shop.example",
      WEBXKEY_ALERT_EMAIL_TO: "owner@shop.example",
    },
  });
  const cli = (...line: string[]) => shop.cli(line, { env: { WEBXKEY_URL: shop.gateway.url } });
  expect(await cli("alert", "list")).toMatchObject({ stdout: "Nothing is wrong.\n" });
  await shop.simulator.inject({ kind: "token_expired" });
  await call(shop.gateway, "POST", "/v1/events", { key: shop.key, body: orderPlaced() });
  const isDead = async () => {
    const answer = await call(shop.gateway, "GET", "/v1/senders", { key: shop.ownerKey });
    return JSON.stringify(answer.body).includes("token_invalid");
  };
  await until("the number is not stopped", isDead);

  const database = new pg.Client({ connectionString: shop.env["DATABASE_URL"] });
  await database.connect();
  await database.query("insert into webxkey_jobs.job (name) values ('look-for-troubles')");
  await database.end();
  await until("no mail came", async () => mails.length > 0);
  expect(mails[0]).toContain("Meta refuses the access token");

  const listed = await cli("alert", "list");
  expect(listed.stdout).toMatch(
    /^ALERT +SINCE +STATE +WHAT\n[\w-]{36} +\S+T\d\d:\d\dZ +open +Meta refuses the access token/,
  );
  expect(listed.stdout).toContain('"webxkey alert ack ALERT" says that you take care of one.');
  const alert = (await cli("alert", "list", "--field", "alerts.0.alert_id")).stdout.trim();
  expect(await cli("alert", "ack", alert)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^Meta refuses .*\nAcknowledged by owner: nobody else is told\. It ends by itself/,
    ),
  });
  const taken = (await cli("alert", "list")).stdout;
  expect(taken).toMatch(/acknowledged by owner/);
  expect(taken).not.toContain("webxkey alert ack");
  expect(await cli("alert", "ack", "no-alert")).toMatchObject({
    code: 1,
    stderr: 'There is no alert no-alert. "webxkey alert list --all" shows those that there are.\n',
  });

  // The number goes; what it leaves behind says what comes next.
  const number = (await cli("sender", "list", "--field", "senders.0.sender_id")).stdout.trim();
  expect(await cli("sender", "disconnect", number)).toMatchObject({
    code: 0,
    stdout:
      '+1 555 078 3881 is disconnected.\nMessages wait until a number is connected: "webxkey sender connect".\n',
  });
  expect((await cli("sender", "list")).stdout).toMatch(
    /^SENDER +NUMBER +NAME +IS +IN USE +TOKEN ENDS\n.* disconnected +no /,
  );
});
