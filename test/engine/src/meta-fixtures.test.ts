import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acceptedMessages } from "./accepted-messages.ts";
import { STORES } from "./engine.ts";
import { openShop, type Shop } from "./shop.ts";
import { countOf, deliver, quietSimulator, untilApplied } from "./webhooks.ts";
import { lookupHashes } from "./with-the-root-key.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/meta", import.meta.url));
/** Meta's own samples, where they are at hand. A folder that is named and missing fails the run. */
const SAMPLES = process.env["WEBXKEY_META_SAMPLES"];
const FOLDERS = [FIXTURES, ...(SAMPLES === undefined ? [] : [SAMPLES])];

const LISTED = JSON.parse(readFileSync(join(FIXTURES, "names.json"), "utf8")) as string[];

function namesIn(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json") && file !== "names.json");
  return files.map((file) => file.replace(/\.json$/, "")).sort();
}

/** What each webhook must leave behind, by the beginning of its name: entries of the audit, or why it was kept aside. */
const TRACES: readonly (readonly [RegExp, readonly RegExp[]])[] = [
  [/^status\.failed\.131050/, [/^message.status failed$/, /^consent.withdrawn/]],
  [/^status\.(sent|delivered|read|failed)/, [/^message.status (sent|delivered|read|failed)$/]],
  [/^in\.system/, [/^consent.withdrawn/]],
  [/^in\.button/, [/^inbound.received opt_out$/, /^consent.withdrawn/]],
  [/^in\.(audio|document|image|sticker|video)/, [/^inbound.received media$/]],
  [/^in\.(group_)?text/, [/^inbound.received text$/]],
  [/^in\./, [/^inbound.received (interactive|location|reaction|unsupported)$/]],
  [/^field\.message_template_(status|quality)_update/, [/^template.changed/]],
  [/^field\.message_template_components_update/, [/^template.reported components$/]],
  [/^field\.template_category_update\.impending/, [/^template.reported becomes:/]],
  [/^field\.user_(id_update|preferences)/, [/^consent.withdrawn/]],
  [/^field\.(history|smb_)/, [/^kept aside: no_use_yet$/]],
  [/^field\.(account_|business_|phone_number_|security)/, [/^account.reported/]],
];

describe("the list of fixtures", () => {
  test("names each file, and each name has its file", () => {
    expect(namesIn(FIXTURES)).toEqual([...LISTED].sort());
  });
});

describe.each(STORES)("on %s", (name) => {
  const clock = { now: () => at };
  let at = new Date();
  let shop: Shop;
  let hash: Awaited<ReturnType<typeof lookupHashes>>;
  beforeAll(async () => {
    shop = await openShop(name, { simulator: await quietSimulator(), clock });
    hash = await lookupHashes(shop.storage);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  describe.each(FOLDERS)("each webhook of %s", (folder) => {
    test.each(namesIn(folder))(
      "%s is answered 200 and applied or kept aside, as its name says",
      async (fixture) => {
        const text = readFileSync(join(folder, `${fixture}.json`), "utf8");
        at = new Date((latestSecond(text) + 1) * 1_000);
        await prepareFor(text);
        const entries = await countOf(shop.store, "webxkey.audit_entries");
        const aside = await countOf(shop.store, "webxkey.quarantine");
        const bodies = await countOf(shop.store, "webxkey.inbox");

        expect(await deliver(shop.engine, JSON.parse(text))).toBe(200);
        await untilApplied(shop.store);

        // The engine's own acts are no trace of the webhook, and which ids it learns depends on the webhooks before it.
        const traces = await shop.store.query<{ trace: string }>(
          `select action || ' ' || outcome as trace from webxkey.audit_entries where seq > ${entries} and actor_type <> 'engine' and action not like 'contact.identity_%'
         union all (select 'kept aside: ' || reason from webxkey.quarantine order by quarantine_id offset ${aside})`,
        );
        const expected = TRACES.find(([names]) => names.test(fixture))?.[1] ?? [
          /^kept aside: not_understood$/,
        ];
        // A delivery that names somebody who stopped in a webhook before passes the stop on: who-is-who.test.ts proves that.
        const passedOn = fixture.startsWith("status.delivered") ? "consent.withdrawn confirmed" : null;
        const left = [...new Set(traces.map(({ trace }) => trace))].filter((trace) => trace !== passedOn);
        expect(left).toEqual(expected.map((trace) => expect.stringMatching(trace)));
        expect(await countOf(shop.store, "webxkey.inbox where state = 'applied' and body_raw is null")).toBe(
          bodies + 1,
        );
      },
    );
  });

  /** Makes the message that a status speaks of and the template that an update speaks of; forgets what was heard before. */
  async function prepareFor(text: string): Promise<void> {
    if (text.includes('"statuses"'))
      await shop.store.query("update webxkey.attempts set wamid_lookup = null");
    if (text.includes('"messages"'))
      await shop.store.query(
        "update webxkey.inbound_messages set wamid_lookup = sha256(inbound_id::text::bytea)",
      );
    const wamids = [...text.matchAll(/"statuses":\s*\[\s*\{\s*"id":\s*"([^"]+)"/g)].flatMap(
      (match) => match[1] ?? [],
    );
    const messages = wamids.length > 0 ? await acceptedMessages(shop.store, wamids.length) : [];
    for (const [index, wamid] of wamids.entries()) {
      const values = [hash("wamid", wamid), messages[index]?.attempt_id];
      await shop.store.query("update webxkey.attempts set wamid_lookup = $1 where attempt_id = $2", values);
    }
    for (const [, id] of text.matchAll(/"message_template_id":\s*"?(\d+)/g)) {
      await shop.store.query("delete from webxkey.templates where name = 'of_a_fixture'");
      await shop.store.query(
        `insert into webxkey.templates (workspace_id, waba_id, name, language, template_id, status, category, graph, synced_at)
         values ('shop', '102290129340398', 'of_a_fixture', 'en', $1, 'PENDING', 'UTILITY', '{}', now())`,
        [id],
      );
    }
  }
});

/** The latest moment that a webhook speaks of; now where it names none. */
function latestSecond(text: string): number {
  const seconds = [...text.matchAll(/"(?:timestamp|time)":\s*"?(\d{10})\b/g)].map((match) =>
    Number(match[1]),
  );
  return seconds.length > 0 ? Math.max(...seconds) : Math.floor(Date.now() / 1_000);
}
