import { actorOf } from "../../access/index.ts";
import { secret } from "../../kernel/secret.ts";
import { endPauses, requeueMendedHolds } from "../../outbox/index.ts";
import type { Sender } from "../../senders/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import type { SenderSummary } from "./contract.ts";

export function senderRoutes(ports: Pick<ApiPorts, "db" | "senders">) {
  return {
    list: os.senders.list.use(needs("sender:read")).handler(async ({ context: { member } }) => {
      return { senders: (await ports.senders.list(member.workspaceId)).map(senderSummaryOf) };
    }),
    connect: os.senders.connect
      .use(needs("sender:connect"))
      .handler(async ({ context: { member }, input }) => {
        const sender = await ports.senders.connect(actorOf(member), member.workspaceId, {
          wabaId: input.waba_id,
          phoneNumberId: input.phone_number_id,
          appId: input.app_id,
          appSecret: secret(input.app_secret),
          accessToken: secret(input.access_token),
        });
        await endPauses(ports.db, member.workspaceId);
        await requeueMendedHolds(ports.db, member.workspaceId);
        return senderSummaryOf(sender);
      }),
    check: os.senders.check.use(needs("sender:check")).handler(async ({ context: { member }, input }) => {
      const checks = await ports.senders.check(member.workspaceId, input.sender_id);
      return { ok: checks.every(({ ok }) => ok), checks };
    }),
  };
}

function senderSummaryOf(sender: Sender): SenderSummary {
  return {
    sender_id: sender.senderId,
    channel: "whatsapp",
    state: sender.state,
    display_phone_number: sender.displayPhoneNumber,
    verified_name: sender.verifiedName,
    quality: sender.quality as SenderSummary["quality"],
    waba_id: sender.wabaId,
    phone_number_id: sender.phoneNumberId,
    app_id: sender.appId,
    connected_at: sender.connectedAt?.toISOString() ?? null,
  };
}
