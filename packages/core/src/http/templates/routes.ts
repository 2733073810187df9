import { actorOf } from "../../access/index.ts";
import { WebxkeyError } from "../../kernel/errors.ts";
import { type ApiPorts, needs, os } from "../api.ts";

export function templateRoutes(ports: Pick<ApiPorts, "db" | "senders" | "templates">) {
  return {
    list: os.templates.list.use(needs("template:read")).handler(async ({ context: { member } }) => {
      const rows = await ports.templates.list(member.workspaceId);
      return {
        templates: rows.map(({ wabaId, name, language, status, category, quality, syncedAt }) => ({
          waba_id: wabaId,
          name,
          language,
          status,
          category,
          quality,
          synced_at: syncedAt.toISOString(),
        })),
      };
    }),
    sync: os.templates.sync.use(needs("template:sync")).handler(async ({ context: { member } }) => {
      const sender = await ports.senders.forSending(ports.db, member.workspaceId);
      if (!sender)
        throw new WebxkeyError("conflict", {
          detail: "Connect a WhatsApp number first; its account has the templates.",
        });
      const credentials = await ports.senders.credentials(sender);
      const synced = await ports.templates.sync(
        actorOf(member),
        member.workspaceId,
        sender.wabaId,
        credentials,
      );
      return { synced };
    }),
  };
}
