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

/** A held message waits for a person: why, and the two ways out of it, each asked for twice. */
export function HeldMessage({ message, onActed }: { message: MessageSummary; onActed: () => void }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("message:release");
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const [asked, setAsked] = useState<Way | null>(null);
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
        tone="warning"
        title={t("message.held.title")}
        actions={
          <>
            <kit.Button variant="primary" unavailable={denial} onSelect={() => setAsked("release")}>
              {t("message.release")}
            </kit.Button>
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
