import { actorOf } from "../../access/index.ts";
import { secret } from "../../kernel/secret.ts";
import type { Sender } from "../../senders/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import type { SenderSummary } from "./contract.ts";

export function senderRoutes(ports: Pick<ApiPorts, "db" | "senders">) {
  return {
    list: os.senders.list.use(needs("sender:read")).handler(async ({ context: { member } }) => {
      const [senders, used] = await Promise.all([
        ports.senders.list(member.workspaceId),
        ports.senders.forSending(ports.db, member.workspaceId),
      ]);
      return { senders: senders.map((sender) => senderSummaryOf(sender, used)) };
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
          endOldSecret: input.end_old_secret,
          replaces: input.replaces,
        });
        return await summaryOf(ports, sender);
      }),
    disconnect: os.senders.disconnect
      .use(needs("sender:connect"))
      .handler(async ({ context: { member }, input }) =>
        summaryOf(
          ports,
          await ports.senders.disconnect(actorOf(member), member.workspaceId, input.sender_id),
        ),
      ),
    choose: os.senders.choose
      .use(needs("sender:connect"))
      .handler(async ({ context: { member }, input }) =>
        summaryOf(ports, await ports.senders.choose(actorOf(member), member.workspaceId, input.sender_id)),
      ),
    check: os.senders.check.use(needs("sender:check")).handler(async ({ context: { member }, input }) => {
      const checks = await ports.senders.check(member.workspaceId, input.sender_id);
      return { ok: checks.every(({ ok }) => ok), checks };
    }),
  };
}

async function summaryOf(
  { db, senders }: Pick<ApiPorts, "db" | "senders">,
  sender: Sender,
): Promise<SenderSummary> {
  return senderSummaryOf(sender, await senders.forSending(db, sender.workspaceId));
}

function senderSummaryOf(sender: Sender, used: Sender | undefined): SenderSummary {
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
    in_use: used?.senderId === sender.senderId,
    token_expires_at: sender.tokenExpiresAt?.toISOString() ?? null,
  };
}
