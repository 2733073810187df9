import { z } from "zod";
import { actorOf } from "../../access/index.ts";
import { WebxkeyError } from "../../kernel/errors.ts";
import { type ApiPorts, needs, os } from "../api.ts";

export function eventRoutes(ports: Pick<ApiPorts, "publish" | "connections">) {
  return {
    publish: os.events.publish.use(needs("event:publish")).handler(async ({ context: { member }, input }) => {
      await requireOwnSource(ports, member.workspaceId, input);
      const result = await ports.publish(member.workspaceId, input, {
        by: actorOf(member),
        refuseOtherBody: true,
      });
      return {
        event_id: result.eventId,
        seen_before: result.seenBefore,
        intents: result.intents.map(({ messageId, ruleId, state, reason }) => ({
          message_id: messageId,
          rule_id: ruleId,
          state,
          reason,
        })),
      };
    }),
  };
}

const sourced = z.looseObject({ source: z.string() });

/**
 * Whoever may publish could otherwise cancel a connected shop's orders, or take the ids of its next events, which would then count as
 * seen.
 *
 * @throws WebxkeyError `conflict`.
 */
async function requireOwnSource(
  { connections }: Pick<ApiPorts, "connections">,
  workspaceId: string,
  input: unknown,
): Promise<void> {
  const { data } = sourced.safeParse(input);
  if (!data || !(await connections.ownsSource(workspaceId, data.source))) return;
  const detail =
    "Events of this source come from a connected shop alone, through its own webhooks. Give yours another source.";
  throw new WebxkeyError("conflict", { detail, fields: [{ pointer: "/source", detail }] });
}
