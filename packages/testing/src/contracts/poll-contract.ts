import assert from "node:assert/strict";
import {
  type ChangedQuery,
  changedPages,
  isWebxkeyError,
  type PlatformAnswer,
  type PlatformApi,
  type PlatformClient,
} from "@webxkey/core";
import type { Clause } from "./connector-contract.ts";

/** A shop that is read while it goes on. */
export interface PolledShop extends AsyncDisposable {
  /** To a server that answers as the platform does, ties among equal times without an order included. */
  readonly client: PlatformClient;
  /** Makes or changes the order of this number. The time is a whole second. */
  change(order: number, at: Date): void;
}

/** A connector's poll, and what it takes to try it out. */
export interface PollSubject<Settings> {
  readonly api: PlatformApi<Settings>;
  readonly settings: Settings;
  /** A shop without orders. */
  open(): Promise<PolledShop>;
  /** The id that the connector gives the order of this number; up to four digits. */
  idOf(order: number): string;
  /** False where the platform lists no ids without their records, so that one that spoils its page cannot be named. */
  readonly listsIds?: boolean;
  /** Orders that change at once; more than two pages. 230 if not given. */
  readonly orders?: number;
}

const BEGIN_MS = Date.parse("2026-03-14T09:00:00Z");
const SECOND_MS = 1_000;

/** What every connector that is polled promises: that no order is missed, whatever changes while it is read. */
export function pollContract<Settings>(subject: PollSubject<Settings>): Clause[] {
  const { api, settings, idOf, listsIds = true, orders: count = 230 } = subject;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const ids = numbers.map(idOf);
  const at = (second: number) => new Date(BEGIN_MS + second * SECOND_MS);

  /** Reads everything that changed, as the engine does. */
  async function read(client: PlatformClient, since = at(0)) {
    const found = new Set<string>();
    const unreadable = new Set<string>();
    const source = {
      pageMax: api.pageMax ?? 100,
      changed: (query: Omit<ChangedQuery, "fields">) => listOf(client, query),
      find: (kind: string, id: string) => api.find(client, settings, kind, id),
    };
    for await (const page of changedPages(source, since)) {
      for (const { id } of page.entities) found.add(id);
      for (const { id } of page.unreadable) unreadable.add(id ?? "");
    }
    return { found, unreadable };
  }

  async function listOf(client: PlatformClient, query: Omit<ChangedQuery, "fields">) {
    const page = await api.changed?.(client, settings, { ...query, fields: [] });
    assert.ok(page, "a connector that is polled has `changed`");
    return page;
  }

  function clause(name: string, sentence: string, run: (shop: PolledShop) => Promise<void>): Clause {
    return {
      clause: name,
      sentence,
      async run() {
        await using shop = await subject.open();
        await run(shop);
      },
    };
  }

  const spoiledClause = () =>
    clause(
      "polls-past-a-spoiled-order",
      "names the one order that spoils its page, and finds the others",
      async (shop) => {
        for (const order of numbers.slice(0, 30)) shop.change(order, at(order));
        const spoiled = ids[11] ?? "";
        const client = answering(shop.client, (answer, asked) => {
          const isSpoiled = JSON.stringify([answer.body, asked]).includes(spoiled);
          return isSpoiled && !isIdsAlone(answer.body) ? { ...answer, body: undefined } : answer;
        });
        const { found, unreadable } = await read(client);
        assert.deepEqual(missing(found).slice(0, 1), [spoiled]);
        assert.deepEqual([...unreadable], [spoiled]);
      },
    );

  const missing = (found: ReadonlySet<string>) => ids.filter((id) => !found.has(id));

  return [
    clause("polls-all", "finds every order that changed, and none that changed before", async (shop) => {
      for (const order of numbers) shop.change(order, at(Math.floor(order / 40)));
      assert.deepEqual(missing((await read(shop.client)).found), []);
      assert.equal((await read(shop.client, at(1_000))).found.size, 0);
    }),

    clause(
      "polls-one-second",
      "finds every order of a second in which more changed than a page holds",
      async (shop) => {
        for (const order of numbers) shop.change(order, at(7));
        assert.deepEqual(missing((await read(shop.client)).found), []);
      },
    ),

    clause(
      "polls-while-edited",
      "misses no order that an edit shifts between any two pages",
      async (shop) => {
        for (const order of numbers) shop.change(order, at(Math.floor(order / 40)));
        let edited = 0;
        const client = beforeEach(shop.client, () => {
          edited += 1;
          if (edited > 1 && edited <= count) shop.change(edited - 1, at(100 + edited));
        });
        const { found } = await read(client);
        // What was edited after the last page belongs to the next poll.
        for (const id of (await read(shop.client, at(100))).found) found.add(id);
        assert.deepEqual(missing(found), []);
      },
    ),

    clause(
      "polls-a-shrinking-second",
      "misses no order of a second that others leave while it is read",
      async (shop) => {
        for (const order of numbers) shop.change(order, at(7));
        let edited = 0;
        const client = beforeEach(shop.client, () => {
          for (let each = 0; each < 3 && edited < count; each++) shop.change(++edited, at(100 + edited));
        });
        const { found } = await read(client);
        for (const id of (await read(shop.client, at(100))).found) found.add(id);
        assert.deepEqual(missing(found), []);
      },
    ),

    clause(
      "polls-smaller",
      "gives no more than it is asked for, and says that there is more",
      async (shop) => {
        for (const order of numbers) shop.change(order, at(order));
        for (const limit of [1, 5]) {
          const page = await listOf(shop.client, { since: at(0), skip: 0, limit });
          assert.deepEqual([page.entities.map(({ id }) => id), page.more], [ids.slice(0, limit), true]);
          assert.deepEqual(
            page.entities.map(({ changedAt }) => changedAt.toISOString()),
            numbers.slice(0, limit).map((order) => at(order).toISOString()),
          );
        }
      },
    ),

    clause(
      "polls-ids",
      "names an order by id and time alone where that is what is asked for",
      async (shop) => {
        shop.change(1, at(1));
        const query = { since: at(0), skip: 0, limit: 1, only: "ids" } as const;
        const [entity] = (await listOf(shop.client, query)).entities;
        assert.deepEqual([entity?.id, entity?.changedAt.toISOString()], [idOf(1), at(1).toISOString()]);
      },
    ),

    ...(listsIds ? [spoiledClause()] : []),

    clause("polls-no-answer", "takes an answer that is not one for no list and no record", async (shop) => {
      shop.change(1, at(1));
      for (const [status, type, code] of FAULTS) {
        const client = answering(shop.client, () => ({
          status,
          headers: new Headers({ "content-type": type }),
          body: undefined,
        }));
        const [entity] = (await listOf(shop.client, { since: at(0), skip: 0, limit: 1 })).entities;
        assert.ok(entity);
        await rejects(listOf(client, { since: at(0), skip: 0, limit: 1 }), code);
        await rejects(api.find(client, settings, entity.kind, entity.id), code);
      }
    }),
  ];
}

const FAULTS = [
  [200, "application/json", "answer_unreadable"],
  [200, "text/html", "answer_unreadable"],
  [401, "application/json", "platform_unauthorized"],
  [404, "text/html", "platform_not_found"],
  [404, "text/plain", "platform_not_found"],
  [503, "text/html", "platform_unavailable"],
] as const;

async function rejects(asked: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(asked, (error) => {
    assert.equal(isWebxkeyError(error) ? error.code : `${error}`, code);
    return true;
  });
}

/** A list of ids alone is short: what spoils an order is not in it. */
function isIdsAlone(body: unknown): boolean {
  return JSON.stringify(body ?? "").length < 250;
}

function beforeEach(client: PlatformClient, act: () => void): PlatformClient {
  return {
    request(asked) {
      act();
      return client.request(asked);
    },
  };
}

function answering(
  client: PlatformClient,
  change: (answer: PlatformAnswer, asked: unknown) => PlatformAnswer,
): PlatformClient {
  return { request: async (asked) => change(await client.request(asked), asked) };
}
