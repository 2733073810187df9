import { pollContract } from "@webxkey/testing/contracts";
import { describe, expect, test } from "vitest";
import { servePlatform } from "./platform-server.ts";
import { PLATFORMS } from "./platforms/index.ts";
import { LISTS } from "./platforms/lists.ts";

/** At full size 1,000. */
const orders = Number(process.env["WEBXKEY_POLL_ORDERS"] ?? 230);

const POLLED = PLATFORMS.filter(({ connector }) => connector.api?.changed);

test("every connector that polls is held to the contract of polling", () => {
  expect(POLLED.map(({ connector }) => connector.id).toSorted()).toEqual(Object.keys(LISTS).toSorted());
});

describe.each(POLLED.map((one) => [one.connector.id, one] as const))(
  "the poll of %s",
  (id, { connector, settings }) => {
    const list = LISTS[id];
    const { api } = connector;
    if (!list || !api) throw new Error(`no list of ${id}`);

    const clauses = pollContract({
      api,
      settings: connector.settings.parse(settings),
      idOf: list.idOf,
      orders,
      listsIds: id !== "square",
      async open() {
        const changes = new Map<number, Date>();
        let turn = 0;
        const server = await servePlatform((asked) => list.answer(asked, changes, ++turn));
        return {
          client: server.client,
          change: (order: number, at: Date) => void changes.set(order, at),
          [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
        };
      },
    });

    for (const { sentence, run } of clauses) test(`${sentence} (D 9.1, D 9.3, D 9.4)`, run);
  },
);
