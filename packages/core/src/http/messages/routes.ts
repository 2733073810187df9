import { actorOf, type Member } from "../../access/index.ts";
import { PAGE_ROWS_MAX } from "../../kernel/limits.ts";
import { settleHold } from "../../outbox/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";

type MessagePorts = Pick<ApiPorts, "db" | "audit" | "explain">;

export function messageRoutes(ports: MessagePorts) {
  return {
    list: os.messages.list.use(needs("message:read")).handler(({ context: { member }, input }) =>
      ports.explain.list(member.workspaceId, {
        state: input.state,
        entityType: input.entity_type,
        entityRef: input.entity_ref,
        cursor: input.cursor,
        limit: input.limit ?? PAGE_ROWS_MAX,
      }),
    ),
    timeline: os.messages.timeline
      .use(needs("message:read"))
      .handler(({ context: { member }, input }) =>
        ports.explain.message(member.workspaceId, input.message_id),
      ),
    release: os.messages.release
      .use(needs("message:release"))
      .handler(({ context: { member }, input }) => settle(ports, member, input.message_id, "released")),
    cancel: os.messages.cancel
      .use(needs("message:release"))
      .handler(({ context: { member }, input }) => settle(ports, member, input.message_id, "cancelled")),
  };
}

export function entityRoutes(ports: Pick<ApiPorts, "explain">) {
  return {
    timeline: os.entities.timeline
      .use(needs("message:read"))
      .handler(({ context: { member }, input }) =>
        ports.explain.entity(member.workspaceId, input.entity_type, input.entity_ref),
      ),
  };
}

async function settle(
  ports: MessagePorts,
  member: Member,
  messageId: string,
  verdict: "released" | "cancelled",
) {
  await settleHold(ports, actorOf(member), member.workspaceId, messageId, verdict);
  return (await ports.explain.message(member.workspaceId, messageId)).message;
}
