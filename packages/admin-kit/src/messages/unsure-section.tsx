import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { UnsureSummary } from "@webxkey/core/contract";
import { type RefCallback, useCallback, useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { Moment } from "../admin/moment.tsx";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial } from "../admin/viewer.tsx";
import { problemOf } from "../client/problem.ts";
import { RESTING_REFETCH_MS } from "./use-live.ts";

const ANSWERS = ["opt_out", "carry_on"] as const;
type Answer = (typeof ANSWERS)[number];
type Asked = { readonly answer: Answer; readonly caseId: string };

const SHOWN_MAX = 25;

/**
 * Messages of customers that may mean stop, until somebody says what each meant. Draws nothing while there are none, or if the
 * viewer may not read them. `isWanted`: somebody was led here, so that it is scrolled to and takes the focus.
 */
export function UnsureSection({ isWanted }: { isWanted: boolean }) {
  return useDenial("unsure:read") === undefined ? <Unsure isWanted={isWanted} /> : null;
}

function Unsure({ isWanted }: { isWanted: boolean }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  // Each reading of the words is audited, so that what is asked again and again is only how many there are.
  const count = useQuery({
    queryKey: queryKeys.unsureCount,
    queryFn: () => client.unsure.count(),
    refetchInterval: RESTING_REFETCH_MS,
  });
  const open = count.data?.open ?? 0;
  const cases = useQuery({
    queryKey: queryKeys.unsureCases(open),
    queryFn: () => client.unsure.list(),
    enabled: open > 0,
    placeholderData: (before) => before,
  });
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const [asked, setAsked] = useState<Asked | null>(null);
  const decide = useMutation({
    mutationFn: ({ caseId, answer }: Asked) => client.unsure.answer({ case_id: caseId, answer }),
    onSuccess: (_answered, { answer }) => notify({ tone: "info", text: t(`unsure.${answer}.done`) }),
    onSettled: async () => {
      await Promise.all(
        [queryKeys.unsure, queryKeys.messages].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
      setAsked(null);
    },
  });
  const place = useArrival(isWanted);
  const descriptionOf = (left: number) => {
    if (left === 0) return undefined;
    return left > SHOWN_MAX ? t("unsure.oldest", { count: SHOWN_MAX }) : t("unsure.description");
  };
  // The list below says why nothing can be read.
  if (open === 0 && decide.error === null) return null;
  return (
    <div ref={place} tabIndex={-1}>
      <kit.Section
        title={open > 0 ? t("unsure.title", { count: open }) : t("unsure.none")}
        description={descriptionOf(open)}
      >
        {decide.error && <ProblemAlert problem={problemOf(decide.error)} />}
        {open > 0 && (
          <Loaded query={cases}>
            {({ unsure }) => <UnsureTable cases={unsure.slice(0, SHOWN_MAX)} onAsk={setAsked} />}
          </Loaded>
        )}
        {ANSWERS.map((answer) => (
          <kit.Confirm
            key={answer}
            open={asked?.answer === answer}
            title={t(`unsure.${answer}.title`)}
            confirmLabel={t(`unsure.${answer}.confirm`)}
            cancelLabel={t("action.keep")}
            danger={answer === "opt_out"}
            busy={decide.isPending}
            onConfirm={() => asked && decide.mutate(asked)}
            onCancel={() => setAsked(null)}
          >
            {t(`unsure.${answer}.detail`)}
          </kit.Confirm>
        ))}
      </kit.Section>
    </div>
  );
}

/** A ref of what somebody was led to: shown and focused once, as soon as it is there. */
function useArrival(isWanted: boolean): RefCallback<HTMLElement> {
  return useCallback(
    (element) => {
      if (!isWanted || !element) return;
      // The page's title takes the focus when the page is opened. This comes after it.
      requestAnimationFrame(() => {
        // No further than it has to: a host's frame around the page would be scrolled along, and has no way back.
        element.scrollIntoView({ block: "nearest" });
        element.focus({ preventScroll: true });
      });
    },
    [isWanted],
  );
}

interface UnsureTableProps {
  readonly cases: readonly UnsureSummary[];
  readonly onAsk: (asked: Asked) => void;
}

function UnsureTable({ cases, onAsk }: UnsureTableProps) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("unsure:answer");
  return (
    <>
      {denial && <kit.Text tone="muted">{denial}</kit.Text>}
      <kit.Table
        caption={t("unsure.caption")}
        columns={[
          { key: "text", label: t("unsure.column.text") },
          { key: "from", label: t("answers.column.from") },
          { key: "when", label: t("messages.column.when") },
          { key: "held", label: t("unsure.column.held") },
          ...(denial ? [] : [{ key: "answer", label: t("unsure.column.answer") }]),
        ]}
        rows={cases.map(({ case_id, text, from, written_at, held }) => ({
          key: case_id,
          cells: {
            text:
              text === null ? (
                <kit.Text tone="muted">{t("unsure.erased")}</kit.Text>
              ) : (
                <kit.Text>
                  <q dir="auto">{text}</q>
                </kit.Text>
              ),
            from: from && <kit.Code>{from}</kit.Code>,
            when: <Moment at={written_at} />,
            held: held > 0 ? t("unsure.held", { count: held }) : t("unsure.held.none"),
            answer: (
              <kit.Stack direction="row">
                {ANSWERS.map((answer) => (
                  <kit.Button key={answer} onSelect={() => onAsk({ answer, caseId: case_id })}>
                    {t(`unsure.${answer}`)}
                  </kit.Button>
                ))}
              </kit.Stack>
            ),
          },
        }))}
      />
    </>
  );
}
