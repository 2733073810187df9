import type { AdminClient } from "@webxkey/admin-kit";
import { demoAccount } from "@webxkey/testing";
import type { Progress } from "./progress.ts";

/** Connects the simulator's number and turns every rule on. */
export async function goLive(engine: AdminClient, progress: Progress): Promise<void> {
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
}
