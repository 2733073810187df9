import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { problemOf } from "../client/problem.ts";
import { type GrantableRole, type Member, memberLabel } from "./roles.ts";

interface AskedChange {
  readonly member: Member;
  /** Null takes the role away. */
  readonly to: GrantableRole | null;
}

export type PendingRoleChange = ReturnType<typeof useRoleChange>;

/** A change of somebody's role: asked for, confirmed, made. */
export function useRoleChange() {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const [asked, setAsked] = useState<AskedChange | null>(null);
  const set = useMutation({
    mutationFn: async ({ member: { user_id }, to }: AskedChange) => {
      if (to === null) await client.members.remove({ user_id });
      else await client.members.set({ user_id, role: to });
    },
    onSuccess: (_answer, { member, to }) => {
      const person = memberLabel(i18n, member);
      const text =
        to === null
          ? t("members.removed", { person })
          : t("members.changed", { person, role: t(`role.${to}`) });
      notify({ tone: "success", text });
    },
    onSettled: async () => {
      await Promise.all(
        [queryKeys.team, queryKeys.me].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
      setAsked(null);
    },
  });
  return { asked, ask: setAsked, set };
}

/** The question whether to make it, and why it could not be made. */
export function RoleChange({ change: { asked, ask, set } }: { change: PendingRoleChange }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const person = asked ? memberLabel(i18n, asked.member) : "";
  const way = asked?.to === null ? "remove" : "change";
  return (
    <>
      {set.error && <ProblemAlert problem={problemOf(set.error)} />}
      <kit.Confirm
        open={asked !== null}
        title={t(`members.${way}.title`, { person })}
        confirmLabel={t(`members.${way}.confirm`)}
        cancelLabel={t("action.keep")}
        danger={way === "remove"}
        busy={set.isPending}
        onConfirm={() => asked && set.mutate(asked)}
        onCancel={() => ask(null)}
      >
        {asked &&
          (asked.to === null
            ? t("members.remove.detail", { from: t(`role.${asked.member.role}`) })
            : t("members.change.detail", {
                from: t(`role.${asked.member.role}`),
                to: t(`role.${asked.to}`),
              }))}
      </kit.Confirm>
    </>
  );
}
