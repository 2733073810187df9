import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { MessageSummary } from "@webxkey/core/contract";
import { useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { Sentence } from "../admin/sentence.tsx";
import { useDenial } from "../admin/viewer.tsx";
import { problemOf } from "../client/problem.ts";

type Way = "release" | "cancel";

/**
 * A held message: what it waits for, and what a person may decide about it, each asked for twice. One that cannot be released
 * goes by itself once the cause is gone, and says so.
 */
export function HeldMessage({ message, onActed }: { message: MessageSummary; onActed: () => void }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("message:release");
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const [asked, setAsked] = useState<Way | null>(null);
  const needsDecision = message.actions.includes("release");
  const decide = useMutation({
    mutationFn: (way: Way) => client.messages[way]({ message_id: message.message_id }),
    onSuccess: async (_summary, way) => {
      notify({ tone: "success", text: t(way === "release" ? "message.released" : "message.cancelled") });
      await queries.invalidateQueries({ queryKey: queryKeys.messages });
      onActed();
    },
    onSettled: () => setAsked(null),
  });
  return (
    <>
      <kit.Alert
        tone={needsDecision ? "warning" : "info"}
        title={t(needsDecision ? "message.held.title" : "message.waiting.title")}
        actions={
          <>
            {needsDecision && (
              <kit.Button variant="primary" unavailable={denial} onSelect={() => setAsked("release")}>
                {t("message.release")}
              </kit.Button>
            )}
            <kit.Button variant="danger" unavailable={denial} onSelect={() => setAsked("cancel")}>
              {t("message.cancel")}
            </kit.Button>
          </>
        }
      >
        {message.reason && <Sentence>{message.reason.sentence}</Sentence>}
        {denial && <kit.Text tone="muted">{denial}</kit.Text>}
      </kit.Alert>
      {decide.error && <ProblemAlert problem={problemOf(decide.error)} />}
      {(["release", "cancel"] as const).map((way) => (
        <kit.Confirm
          key={way}
          open={asked === way}
          title={t(`message.${way}.title`)}
          confirmLabel={t(`message.${way}.confirm`)}
          cancelLabel={t(way === "cancel" ? "message.cancel.keep" : "action.keep")}
          danger={way === "cancel"}
          busy={decide.isPending}
          onConfirm={() => decide.mutate(way)}
          onCancel={() => setAsked(null)}
        >
          {t(`message.${way}.detail`)}
        </kit.Confirm>
      ))}
    </>
  );
}
