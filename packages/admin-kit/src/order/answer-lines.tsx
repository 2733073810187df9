import { useQuery } from "@tanstack/react-query";
import { useAdmin } from "../admin/admin-context.ts";
import { Moment } from "../admin/moment.tsx";
import { queryKeys } from "../admin/queries.ts";
import { AnswerText } from "../messages/answer-text.tsx";
import type { EntityType } from "../messages/message-view.ts";
import { RESTING_REFETCH_MS } from "../messages/use-live.ts";

/** What the customer wrote back about this order, newest first; nothing where they wrote nothing. */
export function AnswerLines({ entityType, entityRef }: { entityType: EntityType; entityRef: string }) {
  const { kit, client, i18n } = useAdmin();
  const found = useQuery({
    queryKey: queryKeys.answersAbout(entityType, entityRef),
    queryFn: () => client.answers.list({ entity_type: entityType, entity_ref: entityRef }),
    refetchInterval: RESTING_REFETCH_MS,
  });
  const answers = found.data?.answers ?? [];
  if (answers.length === 0) return null;
  return (
    <>
      <kit.Heading level={3}>{i18n.t("order.answers")}</kit.Heading>
      {answers.map((answer) => (
        <kit.Stack key={answer.answer_id}>
          <AnswerText answer={answer} />
          <kit.Text tone="muted">
            <Moment at={answer.at} />
          </kit.Text>
        </kit.Stack>
      ))}
    </>
  );
}
