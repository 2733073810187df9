import type { AdminClient } from "@webxkey/admin-kit";
import { demoAccount } from "@webxkey/testing";
import { type Admin, openStore, type Shop } from "../harness/index.ts";
import { createEngineApi } from "./engine-api.ts";
import type { Progress } from "./progress.ts";
import type { Stage } from "./stage.ts";

/** A store that is open for business: its merchant signed in, its number connected, its rules on. */
export type OpenShop = {
  admin: Admin;
  shop: Shop;
  engine: AdminClient;
};

/** What a merchant does once, through the plugin's admin API alone. */
export async function openShop({ store }: Pick<Stage, "store">, progress: Progress): Promise<OpenShop> {
  const { admin, shop } = await openStore(store.url);
  const engine = createEngineApi(store.url, admin.token);

  progress.step("Connecting a WhatsApp number through the admin API");
  const { app, waba, number, token } = demoAccount;
  const sender = await engine.senders.connect({
    waba_id: waba.id,
    phone_number_id: number.id,
    app_id: app.id,
    app_secret: app.secret,
    access_token: token.value,
  });
  progress.detail(`${sender.verified_name} is ${sender.state}.`);

  const { rules } = await engine.rules.list();
  progress.step(`Turning on ${rules.length} rules, each with its approved template`);
  for (const { rule_id } of rules) await engine.rules.set({ rule_id, active: true });
  return { admin, shop, engine };
}
