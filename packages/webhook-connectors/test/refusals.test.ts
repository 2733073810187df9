import type { PlatformClient } from "@webxkey/core";
import { describe, expect, test } from "vitest";
import { dolibarr, espocrm, odoo, shopify, woocommerce } from "../src/index.ts";
import { type Answer, servePlatform } from "./platform-server.ts";
import { PLATFORMS } from "./platforms/index.ts";
import { changedSince, connectorOf, hostOf, type Platform } from "./platforms/platform.ts";

/** What a platform's API says when it does not answer with a record: told apart by what mends it. */

const SAID = { message: "sheena@example.com may not" };

/** Reads the facts of a delivery at a platform that answers all the same. */
async function reading(platform: Platform, answer: Answer): Promise<unknown> {
  const { connector, settings } = platform;
  await using server = await servePlatform(() => answer);
  const translation = connectorOf(platform);
  const [[body, topic] = [{}]] = platform.sameActs;
  const told = connector.told(platform.delivery(JSON.stringify(body), topic));
  if (told.kind !== "acts") throw new Error(told.kind);
  const [fact] = told.acts.flatMap(({ hostEvent, payload }) => translation.facts(hostEvent, payload));
  if (!fact) throw new Error("no fact");
  const own = connector.settings.parse(settings);
  const find = async (kind: string, id: string) => await connector.api?.find(server.client, own, kind, id);
  return await translation.read(fact, { find }).catch((error: unknown) => error);
}

/** Asks for what has changed. */
async function listing({ connector, settings }: Platform, answer: Answer): Promise<unknown> {
  await using server = await servePlatform(() => answer);
  const own = connector.settings.parse(settings);
  return await connector.api?.changed?.(server.client, own, changedSince("2026-03-14T09:00:00Z"));
}

describe.each(
  PLATFORMS.filter(({ connector }) => connector.api).map((one) => [one.connector.id, one] as const),
)("the API of %s", (_id, platform) => {
  test.each([401, 403])("that answers %i refused, which a person mends", async (status) => {
    const error = await reading(platform, { status, body: SAID });
    expect(error).toMatchObject({
      code: "platform_unauthorized",
      message: expect.stringContaining(`${status}`),
    });
    expect(JSON.stringify([(error as Error).message, error])).not.toContain("sheena");
  });

  test.each([408, 429, 500, 503])("that answers %i is away, which time mends", async (status) => {
    expect(await reading(platform, { status, body: SAID })).toMatchObject({ code: "platform_unavailable" });
  });

  test.each<[string, Answer]>([
    ["a page", { text: "<!doctype html><title>Maintenance</title>", type: "text/html" }],
    ["a notice before its JSON", { text: '<b>Notice</b>: x in /srv/a.php<br />{"id":7}' }],
    ["nothing", { text: "" }],
    ["null", { text: "null" }],
  ])(
    "that answers 200 with %s proves nothing, least of all that a record is gone (D 9.4)",
    async (_what, answer) => {
      expect(await reading(platform, answer)).toMatchObject({ code: "answer_unreadable" });
      await expect(listing(platform, answer)).rejects.toMatchObject({ code: "answer_unreadable" });
    },
  );

  test("that answers 200 with an error, or with PHP's empty list, does not say that a record is gone (D 9.4)", async () => {
    const answer = { body: { errors: [{ code: "SERVICE_UNAVAILABLE" }] } };
    expect(await reading(platform, answer)).toBeInstanceOf(Error);
    await expect(listing(platform, answer)).rejects.toThrow();
    expect(await reading(platform, { text: "[]" })).toBeInstanceOf(Error);
  });

  test.each([
    ["a page of the web server", "text/html", "<h1>Not Found</h1>"],
    ["a line of the proxy before it", "text/plain; charset=utf-8", "404 page not found\n"],
    ["nothing at all", "", ""],
  ])("that answers 404 with %s is not there, and no record is gone (D 9.15)", async (_what, type, text) => {
    const answer = { status: 404, text, type };
    expect(await reading(platform, answer)).toMatchObject({ code: "platform_not_found" });
    await expect(listing(platform, answer)).rejects.toMatchObject({ code: "platform_not_found" });
  });

  test("that does not understand what it was asked is neither", async () => {
    const error = await reading(platform, { status: 400, body: SAID });
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toHaveProperty("code");
  });

  test("that has no such record any more has nothing to tell", async () => {
    if (platform.connector === odoo || platform.connector === shopify) return expectOwnNothing(platform);
    expect(await reading(platform, { status: 404, body: SAID })).toBeNull();
  });
});

/** Those two answer every question with 200. */
async function expectOwnNothing(platform: Platform): Promise<void> {
  const body = platform.connector === odoo ? { jsonrpc: "2.0", result: [] } : { data: { node: null } };
  expect(await reading(platform, { body })).toBeNull();
  expect(await connectorOf(platform).read({ key: "x", type: "x", entityId: "1" }, hostOf({}))).toBeNull();
}

const platformOf = (id: string) => PLATFORMS.find(({ connector }) => connector.id === id) as Platform;

test.each([
  ["odoo.exceptions.AccessDenied", "platform_unauthorized"],
  ["odoo.exceptions.AccessError", "platform_unauthorized"],
  ["odoo.exceptions.ValidationError", undefined],
])("Odoo's %s comes with the status 200 and is told apart all the same", async (name, code) => {
  const body = { jsonrpc: "2.0", id: 1, error: { code: 200, data: { name, message: SAID.message } } };
  const error = await reading(platformOf("odoo"), { body });
  expect(error).toBeInstanceOf(Error);
  expect((error as { code?: string }).code).toBe(code);
});

test.each([
  ["ACCESS_DENIED", "platform_unauthorized"],
  ["THROTTLED", "platform_unavailable"],
  ["undefinedField", undefined],
])("Shopify's %s comes with the status 200 and is told apart all the same", async (named, code) => {
  const body = { errors: [{ ...SAID, extensions: { code: named } }] };
  const error = await reading(platformOf("shopify"), { body });
  expect(error).toBeInstanceOf(Error);
  expect((error as { code?: string }).code).toBe(code);
});

test.each([dolibarr, espocrm, woocommerce].map(({ id }) => [id] as const))(
  "%s reads the ids of a list behind a notice, and no record (D 9.4)",
  async (id) => {
    const platform = PLATFORMS.find(({ connector }) => connector.id === id);
    if (!platform?.connector.api?.changed) throw new Error(`${id} is not polled`);
    const { api, settings } = platform.connector;
    const asked: (boolean | undefined)[] = [];
    const client: PlatformClient = {
      async request({ afterNotice }) {
        asked.push(afterNotice);
        return { status: 503, headers: new Headers(), body: undefined };
      },
    };
    const own = settings.parse(platform.settings);
    const query = changedSince("2026-03-14T09:00:00Z");
    await expect(api.changed?.(client, own, { ...query, only: "ids" })).rejects.toThrow();
    await expect(api.changed?.(client, own, query)).rejects.toThrow();
    await expect(api.find(client, own, "order", "7")).rejects.toThrow();
    expect(asked).toEqual([true, false, undefined]);
  },
);
