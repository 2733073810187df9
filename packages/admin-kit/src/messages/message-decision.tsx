import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { MessageSummary } from "@webxkey/core/contract";
import { useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { Sentence } from "../admin/sentence.tsx";
import { useDenial } from "../admin/viewer.tsx";
import { problemOf } from "../client/problem.ts";
import { CauseLink } from "./cause-link.tsx";
import { type Situation, situationOf } from "./message-situation.ts";
import type { Navigation } from "./navigation.ts";

export type Way = MessageSummary["actions"][number];

interface MessageDecisionProps {
  readonly message: MessageSummary;
  /** The viewer's own last decision about it on this page. */
  readonly decided: Way | null;
  readonly onDecided: (way: Way) => void;
  readonly navigation: Navigation;
}

/**
 * The decisions that a person may take about a message, each confirmed once, and their outcome. No message is called sent before
 * Meta has accepted it, because a released message is checked once more and may be held again.
 */
export function MessageDecision({ message, decided, onDecided, navigation }: MessageDecisionProps) {
  const { kit, client, i18n, now } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("message:release");
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Way | null>(null);
  const decide = useMutation({
    mutationFn: (way: Way) => client.messages[way]({ message_id: message.message_id }),
    // After a refusal too: somebody else has decided meanwhile, and the page shows it.
    onSettled: async (_summary, error, way) => {
      await queries.invalidateQueries({ queryKey: queryKeys.messages });
      if (error === null) onDecided(way);
      setAsked(null);
    },
  });
  const situation = situationOf(message, decided);
  if (situation === null) return null;
  return (
    <>
      <div role={decided ? "status" : undefined}>
        <kit.Alert
          tone={situation.tone}
          title={titleOf(situation)}
          actions={
            <>
              {message.actions.map((way) => (
                <kit.Button
                  key={way}
                  variant={way === "cancel" ? "danger" : "primary"}
                  unavailable={denial}
                  onSelect={() => setAsked(way)}
                >
                  {t(`message.${way}`)}
                </kit.Button>
              ))}
              <CauseLink message={message} navigation={navigation} />
            </>
          }
        >
          {message.reason && <Sentence>{message.reason.sentence}</Sentence>}
          {denial && message.actions.length > 0 && <kit.Text tone="muted">{denial}</kit.Text>}
        </kit.Alert>
      </div>
      {decide.error && <ProblemAlert problem={problemOf(decide.error)} />}
      {message.actions.map((way) => (
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

  function titleOf({ title }: Situation): string {
    if (title !== "message.resend.offer") return t(title);
    return t(title, { time: i18n.times.short(message.useful_until, now()) });
  }
}
