import { createRequire } from "node:module";
import { join } from "node:path";
import { openStore, prepareStore, startStore } from "@webxkey/demo-medusa";
import { createDatabase } from "@webxkey/test-postgres";
import type {} from "@webxkey/test-postgres/vitest";
import { demoAccount, startGraphSimulator } from "@webxkey/testing";
import { expect, inject, test } from "vitest";
import { makeStore } from "./empty-store.ts";

test("the packed packages, installed with npm into an empty store, migrate, boot and send", async () => {
  await using store = await makeStore();
  await using simulator = await startGraphSimulator({
    statusTimes: { sentMs: 20, deliveredMs: 40, readMs: 60 },
  });
  const databaseUrl = await createDatabase(inject("postgresUrl"));
  const environment = { databaseUrl, directory: store.directory, graphUrl: simulator.url };

  await prepareStore(environment);
  await using running = await startStore(environment);
  const { admin, shop } = await openStore(running.url);
  const { app, waba, number, token, person } = demoAccount;
  await admin.api.post("/admin/webxkey/v1/senders", {
    waba_id: waba.id,
    phone_number_id: number.id,
    app_id: app.id,
    app_secret: app.secret,
    access_token: token.value,
  });
  await admin.api.put("/admin/webxkey/v1/rules/order-confirmation", { active: true });
  const { wordings } = await shop.api.get<{ wordings: { id: string; version: string; language: string }[] }>(
    "/store/webxkey/consent-wordings?language=en",
  );
  const [wording] = wordings;
  await shop.placeOrder({
    phone: person.phone,
    ...(wording && {
      consent: {
        wording_id: wording.id,
        wording_version: wording.version,
        wording_language: wording.language,
      },
    }),
  });

  const state = await simulator.until(({ accepted }) => accepted.length === 1, {
    withinMs: 30_000,
    what: "one accepted message",
  });
  expect(state.accepted).toHaveLength(1);

  // One React and one design system: a second copy breaks hooks and styles in the admin.
  const fromPlugin = createRequire(
    join(store.directory, "..", "..", "node_modules", "@webxkey", "medusa-plugin-whatsapp", "package.json"),
  );
  const fromStore = createRequire(join(store.directory, "..", "..", "package.json"));
  for (const name of ["react", "@medusajs/ui", "@medusajs/framework/utils"]) {
    expect(fromPlugin.resolve(name)).toBe(fromStore.resolve(name));
  }
  const installed = await store.installed("@webxkey/medusa-plugin-whatsapp");
  const shipped = installed.filter((file) => !file.startsWith("node_modules/"));
  expect(shipped).toContain("package.json");
  expect(shipped.filter((file) => /\.test\.|vitest/.test(file))).toEqual([]);
});
