import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { AnswerSummary } from "@webxkey/core/contract";
import { useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { Moment } from "../admin/moment.tsx";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial } from "../admin/viewer.tsx";
import { problemOf } from "../client/problem.ts";
import { AnswerText } from "./answer-text.tsx";
import { entityLabel } from "./message-view.ts";
import { RESTING_REFETCH_MS } from "./use-live.ts";

/** Answers of customers that nobody has marked as read. Absent for roles that may not read them. */
export function AnswersSection() {
  return useDenial("answer:read") === undefined ? <Answers /> : null;
}

function Answers() {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const [unreadOnly, setUnreadOnly] = useState(true);
  const found = useQuery({
    queryKey: queryKeys.answersUnread(unreadOnly),
    queryFn: () => client.answers.list(unreadOnly ? { unread: "true" } : {}),
    refetchInterval: RESTING_REFETCH_MS,
    placeholderData: (before) => before,
  });
  return (
    <kit.Section
      title={t("answers.title", { count: found.data?.unread ?? 0 })}
      description={found.data?.answers.length ? t("answers.description") : undefined}
      actions={
        <kit.Button onSelect={() => setUnreadOnly((only) => !only)}>
          {t(unreadOnly ? "answers.showAll" : "answers.showUnread")}
        </kit.Button>
      }
    >
      <Loaded query={found}>
        {({ answers }) =>
          answers.length > 0 ? (
            <AnswerTable answers={answers} />
          ) : unreadOnly ? null : (
            <kit.Text tone="muted">{t("answers.none")}</kit.Text>
          )
        }
      </Loaded>
    </kit.Section>
  );
}

function AnswerTable({ answers }: { answers: readonly AnswerSummary[] }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("answer:mark");
  const queries = useQueryClient();
  const mark = useMutation({
    mutationFn: (answerIds: string[]) => client.answers.read({ answer_ids: answerIds }),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.answers }),
  });
  const unread = answers.filter(({ read_at }) => read_at === null).map(({ answer_id }) => answer_id);
  return (
    <>
      {mark.error && <ProblemAlert problem={problemOf(mark.error)} />}
      <kit.Table
        caption={t("answers.caption")}
        columns={[
          { key: "about", label: t("messages.column.about") },
          { key: "text", label: t("answers.column.text") },
          { key: "from", label: t("answers.column.from") },
          { key: "when", label: t("messages.column.when") },
          { key: "state", label: t("messages.column.state") },
        ]}
        rows={answers.map((answer) => ({
          key: answer.answer_id,
          cells: {
            about: answer.entity ? entityLabel(i18n, answer.entity) : t("answers.aboutNothing"),
            text: <AnswerText answer={answer} />,
            from: answer.from && <kit.Code>{answer.from}</kit.Code>,
            when: <Moment at={answer.at} />,
            state:
              answer.read_at === null ? (
                <kit.Button
                  busy={mark.isPending && mark.variables.includes(answer.answer_id)}
                  unavailable={denial}
                  onSelect={() => mark.mutate([answer.answer_id])}
                >
                  {t("answers.mark")}
                </kit.Button>
              ) : (
                <kit.Badge tone="neutral">{t("answers.read")}</kit.Badge>
              ),
          },
        }))}
      />
      {unread.length > 1 && (
        <kit.Stack direction="row">
          <kit.Button
            busy={mark.isPending && mark.variables.length > 1}
            unavailable={denial}
            onSelect={() => mark.mutate(unread)}
          >
            {t("answers.markAll", { count: unread.length })}
          </kit.Button>
        </kit.Stack>
      )}
    </>
  );
}
