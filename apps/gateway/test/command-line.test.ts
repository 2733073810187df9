import { mkdtempSync, statSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "@webxkey/test-postgres";
import { demoAccount, encodeWamid, inboundText } from "@webxkey/testing";
import { beforeAll, expect, inject, onTestFinished, test } from "vitest";
import {
  install,
  type OpenShop,
  openShop,
  orderPlaced,
  publish,
  publishOrder,
  stateOf,
  untilRead,
  untilReady,
} from "./installation.ts";
import { done, type Environment, runCli, until } from "./run-process.ts";

let shop: OpenShop;
beforeAll(async () => {
  shop = await openShop();
  return () => shop[Symbol.asyncDispose]();
});

const cli = (line: readonly string[], { env = {}, input = "" }: { env?: Environment; input?: string } = {}) =>
  shop.cli(line, { env: { WEBXKEY_URL: shop.gateway.url, ...env }, input });

async function json<T>(line: readonly string[], env: Environment = {}): Promise<T> {
  return JSON.parse(await done(cli([...line, "--json"], { env }))) as T;
}

const asShop = () => ({ WEBXKEY_API_KEY: shop.key });
const { app, waba, number, token } = demoAccount;
const connect = ["sender", "connect", "--waba", waba.id, "--number", number.id, "--app", app.id];

test("init writes the root key for its owner alone, shows an owner key once, and no second one while it works", async () => {
  const directory = mkdtempSync(join(tmpdir(), "webxkey-init-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const env = {
    DATABASE_URL: await createDatabase(inject("postgresUrl")),
    WEBXKEY_DATA_DIR: join(directory, "data"),
  };
  const first = JSON.parse(await done(runCli(["init", "--json"], { env }))) as Record<string, unknown>;
  expect(first).toMatchObject({
    owner_key: expect.stringMatching(/^wxk_/),
    root_key_file: join(directory, "data.root-key"),
    root_key_written: true,
  });
  expect(statSync(join(directory, "data.root-key")).mode & 0o777).toBe(0o600);
  const second = await runCli(["init"], { env });
  expect(second.code).toBe(1);
  expect(second.stdout + second.stderr).not.toContain("wxk_");
});

test("a lost owner key is replaced on the machine itself, while no gateway holds the data", async () => {
  await using shop = await install({ embedded: true });
  const recover = ["key", "recover"];
  const gateway = await shop.serve();
  const refused = await shop.cli(recover);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("Only one process may use it")]);
  gateway.kill("SIGTERM");
  expect(await gateway.ended).toBe(0);
  const found = await done(shop.cli([...recover, "--field", "owner_key"]));

  await using again = await shop.serve();
  await untilReady(again);
  const list = (key: string) =>
    shop.cli(["workspace", "list"], { env: { WEBXKEY_URL: again.url, WEBXKEY_API_KEY: key.trim() } });
  expect((await list(shop.ownerKey)).stderr).toContain("(unauthenticated, 401)");
  expect(await done(list(found))).toMatch(/^main /m);
  const nobodys = await cli([...recover, "--workspace", "none"]);
  expect([nobodys.code, nobodys.stderr]).toEqual([1, expect.stringContaining("no such workspace")]);
  const elsewhere = await runCli(recover, { env: { WEBXKEY_DATA_DIR: "/nowhere/data" } });
  expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringContaining("no root key")]);
});

test("the secrets of a Meta app come as lines of standard input, and are shown nowhere", async () => {
  const { code, stdout, stderr } = await cli(connect, { input: `${app.secret}\n${token.value}\n` });
  expect([code, stdout]).toEqual([0, "+1 555 078 3881 (Lucky Shrub) is connected.\n"]);
  expect(stdout + stderr).not.toMatch(new RegExp(`${app.secret}|${token.value}`));
  const without = await cli(connect);
  expect([without.code, without.stderr]).toEqual([1, expect.stringContaining("WEBXKEY_APP_SECRET")]);
});

test("a refusal is shown field by field: to a person on standard error, to a program as one document", async () => {
  const line = ["sender", "connect", "--waba", "x", "--number", "1", "--app", app.id, "--json"];
  const { code, stdout, stderr } = await cli(line, { input: `${app.secret}\n${token.value}\n` });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^The input is not valid \(invalid_input, 400\)\.\n.*\n {2}\/waba_id: .*\n {2}\/phone_number_id: /,
  );
  const { problem } = JSON.parse(stdout) as { problem: { code: string; fields: { pointer: string }[] } };
  expect([problem.code, problem.fields.map(({ pointer }) => pointer)]).toEqual([
    "invalid_input",
    ["/waba_id", "/phone_number_id"],
  ]);
});

test("a key is shown once, lists without its value, and does nothing any more when it is revoked", async () => {
  const made = await json<{ key_id: string; key: string; scopes: string[] }>([
    ...["key", "create", "till", "--scope", "event:publish", "--days", "30"],
  ]);
  expect(made.scopes).toEqual(["event:publish"]);
  const listed = await done(cli(["key", "list"]));
  expect(listed).toContain(made.key_id);
  expect(listed).not.toContain(made.key);
  const asTill = { WEBXKEY_API_KEY: made.key };
  expect((await cli(["rule", "list"], { env: asTill })).stderr).toContain("(forbidden, 403)");
  await done(cli(["key", "revoke", made.key_id]));
  expect((await cli(["rule", "list"], { env: asTill })).stderr).toContain("(unauthenticated, 401)");
});

test("a workspace has an owner key of its own, which opens nothing of the others", async () => {
  const { owner_key } = await json<{ owner_key: string }>(["workspace", "create", "tea-house", "Tea House"]);
  const asOwner = { WEBXKEY_API_KEY: owner_key };
  const listed = await done(cli(["workspace", "list"], { env: asOwner }));
  expect(listed).toMatch(/^tea-house +Tea House /m);
  expect(listed).not.toMatch(/^main /m);
  const { rules } = await json<{ rules: { active: boolean }[] }>(["rule", "list"], asOwner);
  expect(rules.some(({ active }) => active)).toBe(false);
});

test("a person is invited, accepts without a key, works with the role, gets another one and is removed (D 6.6)", async () => {
  const invited = await json<{ invitation: string }>(["member", "invite", "ana", "--role", "viewer"]);
  expect(await done(cli(["member", "list"]))).toMatch(/^ana +viewer +20/m);
  // By environment and by standard input; never as an argument.
  const nobody = { WEBXKEY_API_KEY: "" };
  const first = await cli(["member", "accept", "--field", "key"], {
    env: nobody,
    input: `${invited.invitation}\n`,
  });
  expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^wxk_/) });
  const again = await cli(["member", "accept"], {
    env: { ...nobody, WEBXKEY_INVITATION: invited.invitation },
  });
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("used, expired or revoked") });
  const asAna = { WEBXKEY_API_KEY: first.stdout.trim() };
  expect(await done(cli(["rule", "list"], { env: asAna }))).toContain("order-confirmation");
  expect((await cli(["member", "list"], { env: asAna })).stderr).toContain("(forbidden, 403)");
  expect((await cli(["member", "role", "anna", "admin"])).stderr).toContain("anna is no member");
  await done(cli(["member", "role", "ana", "admin"]));
  expect(await done(cli(["member", "list"], { env: asAna }))).toMatch(/^ana +admin +20/m);
  expect((await cli(["member", "remove", "ana"])).stderr).toContain("say --yes");
  await done(cli(["member", "remove", "ana", "--yes"]));
  expect((await cli(["rule", "list"], { env: asAna })).stderr).toContain("(unauthenticated, 401)");
});

test("an invitation that is not accepted is taken back by its id (D 6.6)", async () => {
  const { invitation_id, invitation } = await json<{ invitation_id: string; invitation: string }>([
    ...["member", "invite", "ben", "--role", "operator"],
  ]);
  await done(cli(["member", "uninvite", invitation_id]));
  expect(await done(cli(["member", "list"]))).toContain("Nobody is invited.");
  expect(await cli(["member", "accept"], { input: `${invitation}\n` })).toMatchObject({ code: 1 });
});

test("a workspace's settings are shown and changed (D 6.1)", async () => {
  expect(await done(cli(["settings", "show"]))).toContain("A STOP does not end security notices.");
  const changed = ["settings", "set", "--stop-covers-security", "yes", "--security-notices-per-hour", "40"];
  expect(await json(changed)).toEqual({
    stop_covers_security: true,
    security_notices_per_hour: 40,
    burst_per_hour: null,
    language: null,
  });
  expect((await cli(["settings", "set"])).stderr).toContain("Say what to change.");
  expect((await cli(["settings", "set", "--security-notices-per-hour", "many"])).code).toBe(1);
  await done(cli(["settings", "set", "--stop-covers-security", "no", "--security-notices-per-hour", "100"]));
});

test("the language of a workspace is set, refused when it is none, and taken back (D 4.3)", async () => {
  expect(await json(["settings", "set", "--language", "pt_BR"])).toMatchObject({ language: "pt-BR" });
  expect(await done(cli(["settings", "show"]))).toContain("is not known are written to in pt-BR.");
  const refused = await cli(["settings", "set", "--language", "portuguese of Brazil"]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("such as de or pt-BR") });
  expect(await json(["settings", "set", "--language", "default"])).toMatchObject({ language: null });
});

test("rules and templates are told as tables, with what is in the way", async () => {
  expect(await done(cli(["template", "sync"]))).toMatch(
    /^\d+ templates were read\.\nTEMPLATE +LANGUAGE +STATUS +CATEGORY\n/,
  );
  expect(await done(cli(["rule", "list"]))).toMatch(/^order-confirmation +on +order\.placed .* nothing$/m);
  expect(await done(cli(["rule", "deactivate", "order-confirmation"]))).toContain("is off");
  expect(await done(cli(["rule", "activate", "order-confirmation"]))).toContain("is on");
  const misspelled = await cli(["rule", "activate", "order-confirmaton"]);
  expect([misspelled.code, misspelled.stderr]).toEqual([
    1,
    expect.stringContaining('Did you mean "order-confirmation"?'),
  ]);
});

test("messages are listed, shown and decided about by name, and what cannot be is answered with why (D 8.8)", async () => {
  const id = await publishOrder(shop.gateway, shop.key);
  await untilRead(shop, shop.gateway, id);
  expect(await done(cli(["message", "list", "--state", "read"]))).toContain(id);
  const misspelled = await cli(["message", "list", "--state", "raed"]);
  expect([misspelled.code, misspelled.stderr]).toEqual([2, expect.stringContaining('Did you mean "read"?')]);
  expect(await done(cli(["message", "show", id]))).toContain("useful until");
  for (const verb of ["release", "cancel", "resend"]) {
    const refused = await cli(["message", verb, id]);
    expect([verb, refused.code, refused.stderr]).toEqual([verb, 1, expect.stringMatching(/\w{3,}.*\./)]);
  }
  expect((await cli(["message", "release"])).stderr).toContain("--reason CODE");
  const unknown = await cli(["message", "show", "01a22d89-546d-76c4-a1bf-d64e9f659730"]);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("There is no message 01a2")]);
});

/** Runs a command as somebody copies it from an output. */
const pasted = (line: string | undefined) => cli((line ?? "").replace(/^webxkey /, "").split(" "));

test("messages that wait for a decision are released and cancelled by the commands that their list and they name (D 6.11)", async () => {
  await done(cli(["settings", "set", "--rule-per-hour", "1"]));
  onTestFinished(async () => {
    await done(cli(["settings", "set", "--rule-per-hour", "default"]));
  });
  // One is within the limit, and another where a new hour begins meanwhile.
  for (let n = 0; n < 6; n++) await publishOrder(shop.gateway, shop.key);
  const { messages } = await json<{ messages: { message_id: string }[] }>([
    ...["message", "list", "--needs-decision"],
  ]);
  const [kept = "", sent = "", last = "", more = ""] = messages.map(({ message_id }) => message_id);
  const waiting = await done(cli(["message", "list", "--needs-decision"]));
  expect(waiting).toMatch(/^MESSAGE +MADE +ABOUT +TO +RULE +STATE +WHY\n/);
  expect(waiting).toMatch(
    new RegExp(
      `^${sent} +\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\dZ +1042 +\\+1\\*+\\d\\d +order-confirmation +held +Needs your decision: `,
      "m",
    ),
  );
  expect(waiting).toContain('"webxkey message release MESSAGE" sends one');

  const command = async (verb: string, id: string) =>
    new RegExp(`^To ${verb} it: (webxkey message ${verb} ${id})$`, "m").exec(
      await done(cli(["message", "show", id])),
    )?.[1];
  const released = await done(pasted(await command("release", sent)));
  expect(released).toMatch(new RegExp(`^${sent} is \\w+\\.\n`));
  await untilRead(shop, shop.gateway, sent);
  const next = /^What becomes of it: (.*)$/m.exec(released)?.[1];
  expect(await done(pasted(next))).toMatch(/: read$/m);
  const cancelled = await done(pasted(await command("cancel", kept)));
  expect(cancelled).toMatch(new RegExp(`^${kept} is cancelled\\.\n.*\nIt is never sent\\.`));

  // One that cannot be decided about keeps nobody from the others.
  const several = await cli(["message", "release", kept, "nonsense", last]);
  expect([several.code, several.stderr]).toEqual([1, ""]);
  expect(several.stdout).toMatch(new RegExp(`^${last} is \\w+\\.$`, "m"));
  expect(several.stdout).toMatch(new RegExp(`^${kept} was left as it is: The message is cancelled`, "m"));
  expect(several.stdout).toMatch(
    /^nonsense was left as it is: There is no message nonsense\. "webxkey message list"/m,
  );

  const rest = ["message", "cancel", "--reason", "burst_guard"];
  expect(await done(cli(rest))).toMatch(/^[1-3] messages? (was|were) cancelled\.$/m);
  expect(await done(cli(["message", "show", more]))).toMatch(/: cancelled$/m);
  expect(await done(cli(rest))).toBe("No message is held for burst_guard, so none was cancelled.\n");
});

test("a message that failed is sent again by the command that it names, and one that was read says why not (D 6.11)", async () => {
  await shop.simulator.inject({ kind: "failed_status", code: 131026, count: 1 });
  const id = await publishOrder(shop.gateway, shop.key);
  const show = () => done(cli(["message", "show", id]));
  await until("it did not fail", async () => (await stateOf(shop, shop.gateway, id)) === "failed");
  const resend = /^To resend it: (.*)$/m.exec(await show())?.[1];
  expect(await done(pasted(resend))).toMatch(new RegExp(`^${id} is \\w+\\.\n`));
  await untilRead(shop, shop.gateway, id);
  const again = await pasted(resend);
  expect([again.code, again.stderr]).toEqual([
    1,
    expect.stringContaining("It was delivered and read, so it is not sent again."),
  ]);
});

test("names that are nearly right are suggested to whoever lists or decides about messages (D 8.8)", async () => {
  for (const [line, meant] of [
    [["message", "list", "--reason", "burst-guard"], "burst_guard"],
    [["message", "release", "--reason", "burst_gard"], "burst_guard"],
    [["message", "list", "--rule", "order-confirmaton"], "order-confirmation"],
    [["message", "cancel", "--reason", "burst_guard", "--rule", "order-confirmed-"], "order-confirmed"],
  ] as const) {
    const refused = await cli(line);
    expect([line, refused.code, refused.stderr]).toEqual([
      line,
      1,
      expect.stringContaining(`Did you mean "${meant}"?`),
    ]);
  }
});

test("what may mean stop is answered both ways by the commands that the list names (D 6.11)", async () => {
  for (const [phone, answer, said] of [
    ["+16505550191", "--opt-out", "The person is opted out.\n"],
    ["+16505550192", "--carry-on", "What was held for the person goes on.\n"],
  ] as const) {
    await publish(shop.gateway, shop.key, orderPlaced(phone));
    const wamid = encodeWamid(
      phone.slice(1),
      "from_customer",
      Buffer.from(phone).toString("hex").slice(0, 20),
    );
    await shop.simulator.deliver(
      inboundText({ phone, text: "stop?", wamid, atSeconds: Math.floor(Date.now() / 1_000) }),
    );
    const field = ["unsure", "list", "--field", "unsure.0.case_id"];
    await until("nobody is asked", async () => (await cli(field)).code === 0);
    const listed = await done(cli(["unsure", "list"]));
    expect(listed).toMatch(
      /^CASE +WRITTEN +FROM +HELD +TEXT\n[\w-]{36} +\S+T\d\d:\d\dZ +\+1\*+\d\d +0 +stop\?$/m,
    );
    expect(listed).toContain('"webxkey unsure answer CASE" with --opt-out or --carry-on');
    const id = (await done(cli(field))).trim();
    expect(await done(cli(["unsure", "answer", id, answer]))).toBe(said);
    expect(await done(cli(["unsure", "list"]))).toBe("Nothing is unsure.\n");
    const neither = await cli(["unsure", "answer", id]);
    expect([neither.code, neither.stderr]).toEqual([
      2,
      expect.stringContaining("Say --opt-out or --carry-on."),
    ]);
  }
});

test("senders, alerts and unsure messages are listed, and an unknown id is refused with a sentence (D 8.8)", async () => {
  expect(await done(cli(["sender", "list"]))).toMatch(/connected/);
  await done(cli(["alert", "list"]));
  await done(cli(["unsure", "list"]));
  // Of the right form, and of none.
  const [nobody, nonsense] = ["01a22d89-546d-76c4-a1bf-d64e9f659730", "nonsense"];
  for (const [id, line, list] of [
    [nobody, ["sender", "disconnect", nobody], "sender list"],
    [nonsense, ["alert", "ack", nonsense], "alert list --all"],
    [nobody, ["unsure", "answer", nobody, "--opt-out"], "unsure list"],
    [nonsense, ["connection", "test", nonsense], "connection list"],
    [nobody, ["connection", "update", nobody, "--name", "Tea"], "connection list"],
    [nonsense, ["message", "show", nonsense], "message list"],
    [nobody, ["key", "revoke", nobody], "key list"],
  ] as const) {
    const refused = await cli(line);
    expect([line, refused.code, refused.stderr]).toEqual([
      line,
      1,
      expect.stringMatching(
        new RegExp(`^There is no \\w+ ${id}\\. "webxkey ${list}" shows those that there are\\.\n$`),
      ),
    ]);
  }
});

test("a consent is granted, shown and withdrawn, its person never on the line, and then nothing is sent (D 6.11)", async () => {
  const phone = "+16505550188";
  const [who, evidence] = [
    ["--phone", "-"],
    ["--evidence", "-"],
  ];
  const told = (text: string) => ({ input: `${phone}\n${text}\n` });
  const language = ["--language", "en"];
  const text = ["--text", "Tell me of this order."];
  const create = ["wording", "create", "box", "--purpose", "order-updates", ...language];
  expect(await done(cli([...create, ...text]))).toMatch(/^Kept: box, version 1 \(en\), since /);
  expect(await done(cli(["wording", "list"]))).toContain('"Tell me of this order."');
  const clash = await cli([...create, "--text", "Tell me of everything."]);
  expect([clash.code, clash.stderr]).toEqual([1, expect.stringContaining("give the new text a new version")]);
  const words = ["--wording", "box", "--wording-version", "1", ...language];
  const grant = ["consent", "grant", ...who, ...words, ...evidence];
  const unbound = await cli(grant, { env: asShop(), ...told("form 7") });
  expect([unbound.code, unbound.stderr]).toEqual([1, expect.stringContaining("/entity")]);
  expect(await done(cli([...grant, "--order", "order_7"], { env: asShop(), ...told("form 7") }))).toBe(
    "Recorded: order-updates on WhatsApp, given, claimed.\n",
  );
  expect(await done(cli([...grant, "--reason", "at the desk"], told("form 7")))).toBe(
    "Recorded: order-updates on WhatsApp, given, attested.\n",
  );
  expect(await done(cli(["consent", "show", ...who], { input: phone }))).toContain(
    '"Tell me of this order."',
  );
  const withdraw = ["consent", "withdraw", ...who, ...evidence];
  const asHelpdesk = await json<{ key: string }>([
    "key",
    "create",
    "helpdesk",
    "--scope",
    "consent:withdraw",
  ]);
  await done(cli(withdraw, { env: { WEBXKEY_API_KEY: asHelpdesk.key }, ...told("a call") }));
  const { intents } = JSON.parse(
    await done(
      cli(["event", "publish", "-", "--json"], { env: asShop(), input: JSON.stringify(orderPlaced(phone)) }),
    ),
  ) as { intents: { state: string; reason: { sentence: string } }[] };
  expect(intents).toMatchObject([{ state: "blocked", reason: { sentence: expect.any(String) } }]);
  expect((await cli(["consent", "show"])).code).toBe(2);
  for (const typed of [
    ["consent", "show", "--phone", phone],
    ["consent", "show", "--bsuid", "US.16505550188"],
    ["event", "sample", "order.placed", "--phone", phone],
    [...withdraw.slice(0, 4), "--evidence", "a call"],
  ]) {
    const refused = await cli(typed, { input: phone });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("a line of standard input")]);
  }
  const short = await cli(grant, { input: phone });
  expect([short.code, short.stderr]).toEqual([2, expect.stringContaining("no line for --evidence")]);
});

test("consents are imported by their numbers' lines with a file that proves them, and each line that is none is named (D 2.1)", async () => {
  const directory = mkdtempSync(join(tmpdir(), "webxkey-import-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, "forms.pdf");
  await writeFile(file, "signed");
  const create = [
    "wording",
    "create",
    "fair",
    "--purpose",
    "marketing",
    "--language",
    "en",
    "--text",
    "Send me offers.",
  ];
  await done(cli(create));
  const line = ["consent", "import", "--wording", "fair", "--wording-version", "1", "--language", "en"];
  const whole = [...line, "--evidence-file", file, "--reason", "the fair"];
  const imported = await cli(whole, { input: "+16505550171\n\nask at the desk\n+1 650 555 0172\n" });
  expect([imported.code, imported.stdout]).toEqual([
    1,
    "Recorded for 2 people. Marketing counts once each of them answers START on WhatsApp.\nNo phone number: lines 3.\n",
  ]);
  expect((await cli([...line, "--reason", "the fair"], { input: "+16505550171\n" })).code).toBe(2);
  const without = await cli([...line, "--evidence-file", `${file}.gone`, "--reason", "the fair"], {
    input: "+16505550171\n",
  });
  expect([without.code, without.stderr]).toEqual([1, `The file ${file}.gone cannot be read.\n`]);
});

test("an event is published from a file, and one that is no JSON is not quoted", async () => {
  const directory = mkdtempSync(join(tmpdir(), "webxkey-event-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, "event.json");
  await writeFile(file, JSON.stringify(orderPlaced()));
  const published = await done(cli(["event", "publish", file], { env: asShop() }));
  expect(published).toMatch(/is published\.\nMESSAGE +RULE +STATE +WHY\n\S+ +order-confirmation +queued/);
  await writeFile(file, "canary");
  const refused = await cli(["event", "publish", file], { env: asShop() });
  expect([refused.code, refused.stderr]).toEqual([1, `${file} is not valid JSON.\n`]);
});

test("the doctor finds everything in order, and what is not, with what to do", async () => {
  const healthy = await cli(["doctor"]);
  expect([healthy.code, healthy.stdout]).toEqual([0, expect.not.stringContaining("BAD")]);
  await using fault = { [Symbol.asyncDispose]: () => shop.simulator.clearFaults() };
  await shop.simulator.inject({ kind: "token_expired", routes: "all" });
  const ill = await cli(["doctor", "--json"]);
  const { ok, findings } = JSON.parse(ill.stdout) as {
    ok: boolean;
    findings: { ok: boolean; fix: string | null }[];
  };
  expect([ill.code, ok, fault]).toEqual([1, false, fault]);
  expect(findings.filter((finding) => !finding.ok && finding.fix === null)).toEqual([]);
});

test("the audit's chain is verified", async () => {
  expect(await done(cli(["audit", "verify"]))).toMatch(/^The chain of \d+ entries holds\./);
});

test("without a key, or without a gateway, it is told what to set", async () => {
  const keyless = await cli(["rule", "list"], { env: { WEBXKEY_API_KEY: "" } });
  expect([keyless.code, keyless.stderr]).toEqual([1, expect.stringContaining("WEBXKEY_API_KEY")]);
  const away = await cli(["rule", "list"], { env: { WEBXKEY_URL: "http://127.0.0.1:9" } });
  expect([away.code, away.stderr]).toEqual([
    1,
    expect.stringContaining("No gateway answers at http://127.0.0.1:9."),
  ]);
  const other = await cli(["rule", "list"], { env: { WEBXKEY_URL: shop.simulator.url } });
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining("not as a WebxKey gateway does")]);
});
