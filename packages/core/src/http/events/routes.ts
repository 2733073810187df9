import { actorOf } from "../../access/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";

export function eventRoutes(ports: Pick<ApiPorts, "publish">) {
  return {
    publish: os.events.publish.use(needs("event:publish")).handler(async ({ context: { member }, input }) => {
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
