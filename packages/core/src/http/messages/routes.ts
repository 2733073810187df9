import { actorOf, type Member } from "../../access/index.ts";
import { WebxkeyError } from "../../kernel/errors.ts";
import { PAGE_ROWS_MAX } from "../../kernel/limits.ts";
import { didYouMean } from "../../kernel/near-name.ts";
import { type HeldMessages, resendMessage, settleHold, settleHolds } from "../../outbox/index.ts";
import { isReasonCode, REASON_CODES, type ReasonCode } from "../../policy/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";

type MessagePorts = Pick<ApiPorts, "explain"> & Parameters<typeof resendMessage>[0];

export function messageRoutes(ports: MessagePorts) {
  return {
    list: os.messages.list.use(needs("message:read")).handler(({ context: { member }, input }) =>
      ports.explain.list(member.workspaceId, {
        state: input.state,
        hold: input.hold,
        reason: input.reason === undefined ? undefined : reasonNamed(input.reason),
        ruleId: input.rule_id,
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
    resend: os.messages.resend
      .use(needs("message:release"))
      .handler(async ({ context: { member }, input: { message_id } }) => {
        await resendMessage(ports, actorOf(member), member.workspaceId, message_id);
        return (await ports.explain.message(member.workspaceId, message_id)).message;
      }),
    releaseHeld: os.messages.releaseHeld
      .use(needs("message:release"))
      .handler(({ context: { member }, input }) => settleMany(ports, member, heldOf(input), "released")),
    cancelHeld: os.messages.cancelHeld
      .use(needs("message:release"))
      .handler(({ context: { member }, input }) => settleMany(ports, member, heldOf(input), "cancelled")),
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

function heldOf(
  input:
    | { readonly message_ids: readonly string[] }
    | { readonly reason: string; readonly rule_id?: string | undefined },
): HeldMessages {
  if ("message_ids" in input) return { messageIds: input.message_ids };
  const { reason, rule_id: ruleId } = input;
  return { reason: reasonNamed(reason), ruleId };
}

/** @throws WebxkeyError `invalid_input` naming the reason that was probably meant. */
function reasonNamed(code: string): ReasonCode {
  if (isReasonCode(code)) return code;
  const detail = `There is no reason "${code}".${didYouMean(code, REASON_CODES)}`;
  throw new WebxkeyError("invalid_input", { detail, fields: [{ pointer: "/reason", detail }] });
}

async function settleMany(
  ports: MessagePorts,
  member: Member,
  which: HeldMessages,
  verdict: "released" | "cancelled",
) {
  const { messageIds, more } = await settleHolds(ports, actorOf(member), member.workspaceId, which, verdict);
  return { message_ids: [...messageIds], more };
}
