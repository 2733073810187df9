import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SenderSummary } from "@webxkey/core/contract";
import { useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial } from "../admin/viewer.tsx";
import { problemOf } from "../client/problem.ts";
import { numberLabel } from "./sender-view.ts";

type Way = "choose" | "disconnect";

interface SenderUseProps {
  readonly sender: SenderSummary;
  readonly all: readonly SenderSummary[];
}

/** Sends from a number, or takes it out of use; each is confirmed with what becomes of messages. */
export function SenderUse({ sender, all }: SenderUseProps) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("sender:connect");
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const [asked, setAsked] = useState<Way | null>(null);
  const number = numberLabel(i18n, sender);
  const set = useMutation({
    mutationFn: (way: Way) => client.senders[way]({ sender_id: sender.sender_id }),
    onSuccess: (_summary, way) => notify({ tone: "success", text: t(`sender.${way}.done`, { number }) }),
    onSettled: async () => {
      await Promise.all(
        [queryKeys.senders, queryKeys.templates, queryKeys.rules, queryKeys.messages].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      );
      setAsked(null);
    },
  });
  const isLast = !all.some((one) => one !== sender && one.state === "connected");
  const ways: readonly Way[] = [
    ...(sender.state === "connected" && !sender.in_use ? (["choose"] as const) : []),
    ...(sender.state !== "disconnected" ? (["disconnect"] as const) : []),
  ];
  const detail = {
    choose: t("sender.choose.detail"),
    disconnect: t(
      isLast
        ? "sender.disconnect.detail.last"
        : sender.in_use
          ? "sender.disconnect.detail.other"
          : "sender.disconnect.detail",
    ),
  };
  return (
    <>
      {ways.map((way) => (
        <kit.Button key={way} unavailable={denial} onSelect={() => setAsked(way)}>
          {t(`sender.${way}`)}
        </kit.Button>
      ))}
      {set.error && <ProblemAlert problem={problemOf(set.error)} />}
      {(["choose", "disconnect"] as const).map((way) => (
        <kit.Confirm
          key={way}
          open={asked === way}
          title={t(`sender.${way}.title`, { number })}
          confirmLabel={t(`sender.${way}.confirm`)}
          cancelLabel={t("action.keep")}
          danger={way === "disconnect"}
          busy={set.isPending}
          onConfirm={() => set.mutate(way)}
          onCancel={() => setAsked(null)}
        >
          {detail[way]}
        </kit.Confirm>
      ))}
    </>
  );
}
