import { PAGE_ROWS_MAX } from "../../kernel/limits.ts";
import { type ApiPorts, needs, os } from "../api.ts";

export function answerRoutes({ answers }: Pick<ApiPorts, "answers">) {
  return {
    list: os.answers.list.use(needs("answer:read")).handler(({ context: { member }, input }) =>
      answers.list(member.workspaceId, {
        unreadOnly: input.unread === "true",
        entity:
          input.entity_type && input.entity_ref
            ? { type: input.entity_type, ref: input.entity_ref }
            : undefined,
        cursor: input.cursor,
        limit: input.limit ?? PAGE_ROWS_MAX,
      }),
    ),
    read: os.answers.read
      .use(needs("answer:mark"))
      .handler(({ context: { member }, input }) => answers.markRead(member, input.answer_ids)),
  };
}
