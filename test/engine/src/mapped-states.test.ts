import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STORES } from "./engine.ts";
import { connectTea, type TeaConnection } from "./made-up-platform.ts";
import { MAPPED_PLATFORMS, type MappedOrder, type MappedShop, startMappedShop } from "./mapped-shops.ts";
import { openShop, type Shop, until } from "./shop.ts";
import { quietSimulator } from "./webhooks.ts";

/** On PGlite one of each kind: one that signs what it posts, and one that only hints. */
const PLATFORMS = {
  postgres: MAPPED_PLATFORMS,
  pglite: MAPPED_PLATFORMS.filter(({ connector }) => ["woocommerce", "odoo"].includes(connector.id)),
};
const READY = "order.ready_for_pickup";
const SHIPPED = "order.shipped";

describe.each(STORES)("states that a merchant gives a meaning to, on %s", (name) => {
  let shop: Shop;
  let atMs = Math.ceil(Date.now() / 1_000) * 1_000;
  beforeAll(async () => {
    shop = await openShop(name, {
      simulator: await quietSimulator(),
      connectors: MAPPED_PLATFORMS.map(({ connector }) => connector),
      clock: { now: () => new Date(atMs) },
    });
  });
  afterAll(async () => {
    await shop[Symbol.asyncDispose]();
  });

  describe.each(PLATFORMS[name].map((platform) => [platform.connector.id, platform] as const))(
    "in %s",
    (connector, platform) => {
      const { start, packed, boxed, unmapped } = platform;
      let platformShop: MappedShop;
      let connection: TeaConnection;
      let orders = 0;
      const settingsWith = (states: object) => ({
        ...platform.settings,
        baseUrl: platformShop.url,
        states: { ...unmapped, ...states },
      });
      beforeAll(async () => {
        platformShop = await startMappedShop(platform);
        connection = await connectTea(shop.engine, { connector, settings: settingsWith({}) });
      });
      afterAll(async () => {
        await platformShop[Symbol.asyncDispose]();
      });

      /** A new order. */
      const order = () => platform.idOf(++orders);
      /** Saved at the shop in this state, a second later than all before it. */
      function saved(id: string, state: string): MappedOrder {
        atMs += 1_000;
        const order = { id, state, changedAt: new Date(atMs) };
        platformShop.orders.set(id, order);
        return order;
      }
      async function post(order: MappedOrder): Promise<void> {
        const { body, headers } = platform.post(order);
        const text = JSON.stringify(body);
        const response = await fetch(connection.webhook_url, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            ...headers,
            ...platform.sign?.(text, connection.webhook_secret),
          },
          body: text,
        });
        expect(response.status).toBe(200);
        await until("what was posted was not read", async () => {
          const [row] = await shop.store.query<{ n: number }>(
            `select count(*)::int as n from webxkey.connector_facts
             where connection_id = $1 and done_at is null and parked_at is null`,
            [connection.connection_id],
          );
          return row?.n === 0;
        });
      }
      const poll = async () =>
        expect(
          await shop.engine.call("POST", `/v1/connections/${connection.connection_id}/retry`, {}),
        ).toMatchObject({ status: 200 });
      const mean = async (states: object) =>
        expect(
          await shop.engine.call("PUT", `/v1/connections/${connection.connection_id}`, {
            settings: settingsWith(states),
          }),
        ).toMatchObject({ status: 200 });
      /** Which of the two meanings were told of an order. */
      async function told(id: string): Promise<readonly string[]> {
        const rows = await shop.store.query<{ type: string }>(
          `select e.type from webxkey.events e
           join webxkey.connections c on c.workspace_id = e.workspace_id and c.source = e.source
           where c.connection_id = $1 and e.entity_ref = $2 and e.type in ('${READY}', '${SHIPPED}') order by e.type`,
          [connection.connection_id, id],
        );
        return rows.map(({ type }) => type);
      }

      describe.each([
        [
          "a webhook",
          async (state: string, ids: readonly string[]) => {
            await Promise.all(ids.map((id) => post(saved(id, state))));
          },
        ],
        [
          "a poll",
          async (state: string, ids: readonly string[]) => {
            for (const id of ids) saved(id, state);
            await poll();
          },
        ],
      ] as const)("known by %s", (_door, see) => {
        test("a meaning tells nothing of an order that was in the state before, and of one that comes or comes back into it (D 9.13)", async () => {
          const [stays, comes, comesBack, left, unknown] = [order(), order(), order(), order(), order()];
          await mean({});
          await see(packed, [stays, comesBack, left]);
          await see(start, [comes]);
          await see(boxed, [left]);

          await mean({ [packed]: READY });
          await see(packed, [stays, comesBack]);
          expect([await told(stays), await told(comesBack)]).toEqual([[], []]);

          await see(start, [comesBack]);
          const news = [comesBack, left, comes, unknown];
          await see(packed, [stays, ...news]);
          expect(await told(stays)).toEqual([]);
          for (const id of news) expect([id, await told(id)]).toEqual([id, [READY]]);
        });

        test("two states that change their meanings tell nothing of orders that are in them (D 9.13)", async () => {
          const [first, second, third] = [order(), order(), order()];
          await mean({ [packed]: READY, [boxed]: SHIPPED });
          await see(packed, [first]);
          await see(boxed, [second]);
          await mean({ [packed]: SHIPPED, [boxed]: READY });
          await see(packed, [first]);
          await see(boxed, [second, third]);
          expect([await told(first), await told(second), await told(third)]).toEqual([
            [READY],
            [SHIPPED],
            [READY],
          ]);
          await see(packed, [third]);
          expect(await told(third)).toEqual([READY, SHIPPED]);
        });

        test("a meaning that is taken away and given again tells nothing of what came into the state meanwhile (D 9.13)", async () => {
          const [before, meanwhile, after] = [order(), order(), order()];
          await mean({ [packed]: READY });
          await see(packed, [before]);
          await mean({});
          await see(packed, [meanwhile]);
          await mean({ [packed]: READY });
          await see(packed, [before, meanwhile, after]);
          expect([await told(before), await told(meanwhile), await told(after)]).toEqual([
            [READY],
            [],
            [READY],
          ]);
        });
      });

      test("a delivery from before that comes again is no order that came back (D 9.13)", async () => {
        const id = order();
        await mean({});
        const old = saved(id, packed);
        await post(old);
        await post(saved(id, start));
        await mean({ [packed]: READY });
        await post(old);
        expect(await told(id)).toEqual([]);
      });

      test("an order that came into a state after the last poll and before the state got its meaning is not told, and one that came a moment after it is (D 9.13)", async () => {
        const [before, after] = [order(), order()];
        await mean({});
        for (const id of [before, after]) saved(id, start);
        await poll();
        saved(before, packed);
        // It is saved while a poll runs that was begun with the old settings.
        platformShop.meanwhile.push(async () => {
          await mean({ [packed]: READY });
          saved(after, packed);
        });
        await poll();
        await poll();
        expect([await told(before), await told(after)]).toEqual([[], [READY]]);
      });

      test("what one door has seen is known to the others (D 9.13)", async () => {
        const [pushed, polled] = [order(), order()];
        await mean({});
        await post(saved(pushed, packed));
        saved(polled, packed);
        await poll();
        await mean({ [packed]: READY });
        await post(saved(polled, packed));
        saved(pushed, packed);
        await poll();
        expect([await told(pushed), await told(polled)]).toEqual([[], []]);
      });
    },
  );
});
