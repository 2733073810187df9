import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { nameAndEmail } from "../admin/person.ts";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial } from "../admin/viewer.tsx";
import type { TeamMember } from "../client/host-client.ts";
import { problemOf } from "../client/problem.ts";
import { GRANTABLE_ROLES, type GrantableRole } from "./roles.ts";

/** No user of any host has this id: a select of Medusa's takes no empty value. */
const NOBODY = "-";
const FIRST_ROLE: GrantableRole = "operator";

/** Gives a role to a user of the host who has none. */
export function GiveRole({ people }: { people: readonly TeamMember[] }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("member:write");
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const [userId, setUserId] = useState(NOBODY);
  const [role, setRole] = useState<GrantableRole>(FIRST_ROLE);
  const form = useRef<HTMLFormElement>(null);
  const [missing, setMissing] = useState(false);
  const chosen = people.find((person) => person.user_id === userId);
  const give = useMutation({
    mutationFn: (person: TeamMember) => client.members.set({ user_id: person.user_id, role }),
    onSuccess: async (answer, person) => {
      await queries.invalidateQueries({ queryKey: queryKeys.team });
      setUserId(NOBODY);
      const named = person.name ?? person.email ?? person.user_id;
      notify({
        tone: "success",
        text: t("members.changed", { person: named, role: t(`role.${answer.role}`) }),
      });
    },
  });
  if (people.length === 0) return <kit.Text tone="muted">{t("members.add.everybody")}</kit.Text>;

  function submit(event: FormEvent) {
    event.preventDefault();
    setMissing(!chosen);
    if (chosen) give.mutate(chosen);
    else form.current?.querySelector("select")?.focus();
  }
  return (
    <form ref={form} noValidate aria-label={t("members.add")} onSubmit={submit}>
      <kit.Stack>
        {give.error && <ProblemAlert problem={problemOf(give.error)} />}
        <kit.Select
          label={t("members.add.person")}
          value={userId}
          options={[
            { value: NOBODY, label: t("members.add.choose") },
            ...people.map((person) => ({ value: person.user_id, label: nameAndEmail(person) })),
          ]}
          error={missing && !chosen ? t("members.add.missing") : undefined}
          unavailable={denial}
          onChange={setUserId}
        />
        <kit.Select
          label={t("members.add.role")}
          value={role}
          options={GRANTABLE_ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
          unavailable={denial}
          onChange={(value) => setRole(GRANTABLE_ROLES.find((known) => known === value) ?? role)}
        />
        <kit.Stack direction="row">
          <kit.Button type="submit" busy={give.isPending} unavailable={denial}>
            {t("members.add")}
          </kit.Button>
        </kit.Stack>
      </kit.Stack>
    </form>
  );
}
