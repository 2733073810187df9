import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { readClientSettings, readEngineSettings } from "./env.ts";

const KEY = randomBytes(32).toString("base64");

test("lists every problem at once, each by its variable, and prints no value", async () => {
  const environment = {
    DATABASE_URL: "postgres://canary:canary@db.example/canary",
    WEBXKEY_KEYS_DATABASE_URL: "postgres://canary:canary@keys.example/canary?sslmode=require",
    WEBXKEY_ROOT_KEY: "canary",
    WEBXKEY_HOST: "canary.example",
    PORT: "canary",
    WEBXKEY_PUBLIC_URL: "http://canary.example",
    WEBXKEY_GRAPH_URL: "https://user:canary@graph.example",
    WEBXKEY_GRAPH_VERSION: "canary",
    WEBXKEY_PRIVATE_PLATFORM_HOSTS: "odoo.lan,https://canary/",
    WEBXKEY_ALERT_WEBHOOK_URL: "http://canary.example",
    WEBXKEY_ALERT_WEBHOOK_SECRET: "whsec_canary",
    WEBXKEY_SMTP_URL: "mail.canary",
    WEBXKEY_ALERT_EMAIL_FROM: "canary",
    WEBXKEY_ALERT_EMAIL_TO: "Canary <a@canary.example>",
    LOG_LEVEL: "canary",
  };
  const { problems = [] } = await readEngineSettings(environment);
  expect(problems.map((problem) => problem.split(":")[0]).sort()).toEqual(Object.keys(environment).sort());
  expect(problems.join()).not.toMatch(/canary|keys\.example|graph\.example/);
});

test("takes what is left out, or set to nothing, from the defaults", async () => {
  const { settings } = await readEngineSettings({ DATABASE_URL: "", PORT: "", LOG_LEVEL: "" });
  expect(settings).toMatchObject({ dataDir: ".webxkey", host: "127.0.0.1", port: 4080, logLevel: "info" });
  expect(settings?.storage.name).toBe("pglite");
  expect(settings?.rootKey).toBeUndefined();
});

test.each([
  ["postgres://u:p@db.example/d", false],
  ["postgres://u:p@db.example/d?sslmode=require", false],
  ["postgres://u:p@db.example/d?sslmode=verify-full", true],
  ["postgres://u:p@127.0.0.1/d", true],
  ["postgres:///d?host=/var/run/postgresql", true],
])("a database at %s is let in: %s", async (DATABASE_URL, accepted) => {
  expect((await readEngineSettings({ DATABASE_URL })).problems === undefined).toBe(accepted);
});

test.each([
  ["https://shop.example", true],
  ["https://shop.example/webxkey/", true],
  ["http://127.0.0.1:4080", true],
  ["http://localhost:4080", true],
  ["http://[::1]:4080", true],
  ["http://shop.example", false],
  ["http://127.0.0.1.shop.example", false],
  ["https://shop.example/?key=1", false],
  ["ftp://shop.example", false],
  ["shop.example", false],
])("a public address %s is let in: %s", async (WEBXKEY_PUBLIC_URL, accepted) => {
  expect((await readEngineSettings({ WEBXKEY_PUBLIC_URL })).problems === undefined).toBe(accepted);
});

test("a gateway that other machines can reach needs the https address that it is reached by", async () => {
  const open = { WEBXKEY_HOST: "0.0.0.0" };
  expect((await readEngineSettings(open)).problems).toEqual([
    expect.stringMatching(/^WEBXKEY_PUBLIC_URL: .*https/),
  ]);
  expect(
    (await readEngineSettings({ ...open, WEBXKEY_PUBLIC_URL: "https://shop.example" })).problems,
  ).toBeUndefined();
});

test.each([
  ["a key of 31 bytes", randomBytes(31).toString("base64"), false],
  ["a passphrase", "correct horse battery staple", false],
  ["32 bytes in base64", KEY, true],
])("%s as root key is let in: %s", async (_what, WEBXKEY_ROOT_KEY, accepted) => {
  expect((await readEngineSettings({ WEBXKEY_ROOT_KEY })).problems === undefined).toBe(accepted);
});

test("a database of keys alone is refused, because embedded storage has a place for them", async () => {
  const { problems } = await readEngineSettings({ WEBXKEY_KEYS_DATABASE_URL: "postgres://127.0.0.1/keys" });
  expect(problems).toEqual([expect.stringContaining("DATABASE_URL as well")]);
});

test("secrets do not show themselves in what was read", async () => {
  const { settings } = await readEngineSettings({ WEBXKEY_ROOT_KEY: KEY });
  expect(JSON.stringify(settings)).not.toContain(KEY);
  expect(settings?.rootKey?.reveal()).toBe(KEY);
  const client = readClientSettings({ WEBXKEY_API_KEY: "wxk_canary", WEBXKEY_APP_SECRET: "canary" });
  expect(JSON.stringify(client)).not.toContain("canary");
});

test("a client finds the gateway of this machine by its port, and another only over https", async () => {
  expect(readClientSettings({}).settings?.url).toBe("http://127.0.0.1:4080");
  expect(readClientSettings({ PORT: "5000" }).settings?.url).toBe("http://127.0.0.1:5000");
  expect(readClientSettings({ WEBXKEY_URL: "https://shop.example/x/" }).settings?.url).toBe(
    "https://shop.example/x",
  );
  expect(readClientSettings({ WEBXKEY_URL: "http://shop.example" }).problems).toHaveLength(1);
  expect(readClientSettings({ WEBXKEY_API_KEY: "canary" }).problems?.join()).not.toContain("canary");
});

test("private hosts of platforms are names and addresses as a URL has them, with commas between", async () => {
  const WEBXKEY_PRIVATE_PLATFORM_HOSTS = "Odoo.lan, 10.0.0.7,[fd12::7],";
  const { settings } = await readEngineSettings({ WEBXKEY_PRIVATE_PLATFORM_HOSTS });
  expect(settings?.privatePlatformHosts).toEqual(["odoo.lan", "10.0.0.7", "[fd12::7]"]);
  expect((await readEngineSettings({})).settings?.privatePlatformHosts).toEqual([]);
});

test.each([
  [{ WEBXKEY_ALERT_WEBHOOK_URL: "https://pager.example" }, ["WEBXKEY_ALERT_WEBHOOK_SECRET"]],
  [{ WEBXKEY_SMTP_URL: "smtps://mail.example" }, ["WEBXKEY_ALERT_EMAIL_FROM", "WEBXKEY_ALERT_EMAIL_TO"]],
  [{ WEBXKEY_ALERT_EMAIL_TO: "a@shop.example" }, ["WEBXKEY_SMTP_URL", "WEBXKEY_ALERT_EMAIL_FROM"]],
])("of alert settings that belong together the missing ones are named: %o", async (environment, missing) => {
  const { problems = [] } = await readEngineSettings(environment);
  expect(problems.map((problem) => problem.split(":")[0])).toEqual(missing);
});
