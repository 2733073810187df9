import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { MessageSummary } from "@webxkey/core/contract";
import { useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { Sentence } from "../admin/sentence.tsx";
import { useDenial } from "../admin/viewer.tsx";
import { problemOf } from "../client/problem.ts";
import { groupByReason } from "./group-by-reason.ts";
import { eventLabel } from "./message-view.ts";
import type { Navigation } from "./navigation.ts";
import { RESTING_REFETCH_MS } from "./use-live.ts";

type Way = "release" | "cancel";
type Asked = { readonly way: Way; readonly messages: readonly MessageSummary[] };

const SHOWN_MAX = 100;

/**
 * Messages that only a person can let go, by what they wait for: all of one kind are decided about at once. A decision is about
 * exactly those that were shown, never about what came since.
 */
export function NeedsYou({ navigation }: { navigation: Navigation }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const held = useQuery({
    queryKey: queryKeys.messagesThatNeedYou,
    queryFn: () => client.messages.list({ hold: "needs_decision", limit: SHOWN_MAX }),
    refetchInterval: RESTING_REFETCH_MS,
  });
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const [asked, setAsked] = useState<Asked | null>(null);
  const decide = useMutation({
    mutationFn: ({ way, messages }: Asked) => {
      const ids = { message_ids: messages.map(({ message_id }) => message_id) };
      return way === "release" ? client.messages.releaseHeld(ids) : client.messages.cancelHeld(ids);
    },
    onSuccess: ({ message_ids }, { way, messages }) => {
      const changed = messages.length - message_ids.length;
      const done = t(way === "release" ? "needs.released" : "needs.cancelled", { count: message_ids.length });
      const rest = changed > 0 ? ` ${t("needs.changed", { count: changed })}` : "";
      notify({ tone: changed > 0 ? "warning" : "info", text: `${done}${rest}` });
    },
    // The list is read again before the question goes, so that the focus returns to what is left of it.
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: queryKeys.messages });
      setAsked(null);
    },
  });
  // The list below says why nothing can be read.
  if (held.data === undefined || (held.data.messages.length === 0 && decide.error === null)) return null;
  const { messages, next_cursor } = held.data;
  const count = asked?.messages.length ?? 0;
  return (
    <kit.Section
      title={t("needs.title", { count: messages.length })}
      description={next_cursor ? t("needs.more", { count: messages.length }) : t("needs.description")}
    >
      {decide.error && <ProblemAlert problem={problemOf(decide.error)} />}
      <HeldGroups messages={messages} navigation={navigation} onAsk={setAsked} />
      {(["release", "cancel"] as const).map((way) => (
        <kit.Confirm
          key={way}
          open={asked?.way === way}
          title={t(`needs.${way}.title`, { count })}
          confirmLabel={t(`needs.${way}.confirm`, { count })}
          cancelLabel={t(way === "cancel" ? "needs.cancel.keep" : "action.keep")}
          danger={way === "cancel"}
          busy={decide.isPending}
          onConfirm={() => asked && decide.mutate(asked)}
          onCancel={() => setAsked(null)}
        >
          {t(`needs.${way}.detail`)}
        </kit.Confirm>
      ))}
    </kit.Section>
  );
}

interface HeldGroupsProps {
  readonly messages: readonly MessageSummary[];
  readonly navigation: Navigation;
  readonly onAsk: (asked: Asked) => void;
}

function HeldGroups({ messages, navigation, onAsk }: HeldGroupsProps) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("message:release");
  return (
    <>
      {denial && <kit.Text tone="muted">{denial}</kit.Text>}
      <kit.Table
        caption={t("needs.caption")}
        columns={[
          { key: "event", label: t("messages.column.event") },
          { key: "reason", label: t("needs.column.reason") },
          { key: "messages", label: t("needs.column.messages") },
          { key: "decide", label: t("needs.column.decide") },
        ]}
        rows={groupByReason(messages).map(({ key, event_type, reason, messages: alike }) => ({
          key,
          cells: {
            event: eventLabel(i18n, event_type),
            reason: reason && <Sentence>{reason.sentence}</Sentence>,
            messages: (
              <kit.Link onSelect={() => navigation.setFilter("needs_decision")}>{`${alike.length}`}</kit.Link>
            ),
            decide: (
              <kit.Stack direction="row">
                {(["release", "cancel"] as const).map((way) => (
                  <kit.Button
                    key={way}
                    variant={way === "cancel" ? "danger" : "secondary"}
                    unavailable={denial}
                    onSelect={() => onAsk({ way, messages: alike })}
                  >
                    {t(`needs.${way}`, { count: alike.length })}
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
