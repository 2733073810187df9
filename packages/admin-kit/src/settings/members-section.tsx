import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { Moment } from "../admin/moment.tsx";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial, useViewer } from "../admin/viewer.tsx";
import type { Member, Role } from "../client/admin-client.ts";
import { problemOf } from "../client/problem.ts";
import { GRANTABLE_ROLES, type GrantableRole, ROLES_BY_POWER } from "./roles.ts";

export function MembersSection({ rolesAreHosts }: { rolesAreHosts: boolean }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const members = useQuery({ queryKey: queryKeys.members, queryFn: () => client.members.list() });
  return (
    <kit.Section
      title={t("members.title")}
      description={t(rolesAreHosts ? "members.description.host" : "members.description")}
    >
      <Loaded query={members}>
        {(found) =>
          found.members.length === 0 ? (
            <kit.Empty title={t("members.none.title")}>{t("members.none.detail")}</kit.Empty>
          ) : (
            <Members members={found.members} rolesAreHosts={rolesAreHosts} />
          )
        }
      </Loaded>
      <kit.Disclosure summary={t("members.roles")}>
        <kit.Facts
          facts={ROLES_BY_POWER.map((role) => ({ term: t(`role.${role}`), value: t(`role.${role}.may`) }))}
        />
      </kit.Disclosure>
    </kit.Section>
  );
}

interface Change {
  readonly member: Member;
  readonly to: GrantableRole;
}

function Members({ members, rolesAreHosts }: { members: Member[]; rolesAreHosts: boolean }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const viewer = useViewer();
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const [asked, setAsked] = useState<Change | null>(null);
  const set = useMutation({
    mutationFn: ({ member, to }: Change) => client.members.set({ user_id: member.user_id, role: to }),
    onSuccess: async ({ user_id, role }) => {
      notify({ tone: "success", text: t("members.changed", { person: user_id, role: t(`role.${role}`) }) });
      await Promise.all([
        queries.invalidateQueries({ queryKey: queryKeys.members }),
        queries.invalidateQueries({ queryKey: queryKeys.me }),
      ]);
    },
    onSettled: () => setAsked(null),
  });
  return (
    <>
      {set.error && <ProblemAlert problem={problemOf(set.error)} />}
      <kit.Table
        caption={t("members.title")}
        columns={[
          { key: "person", label: t("members.column.person") },
          { key: "role", label: t("members.column.role") },
          { key: "since", label: t("members.column.since") },
        ]}
        rows={members.map((member) => ({
          key: member.user_id,
          cells: {
            person: (
              <kit.Stack direction="row">
                <kit.Code>{member.user_id}</kit.Code>
                {member.user_id === viewer.user_id && <kit.Badge tone="info">{t("members.you")}</kit.Badge>}
              </kit.Stack>
            ),
            role: rolesAreHosts ? (
              <kit.Text>{t(`role.${member.role}`)}</kit.Text>
            ) : (
              <RoleOf member={member} onChange={(to) => setAsked({ member, to })} />
            ),
            since: <Moment at={member.since} />,
          },
        }))}
      />
      <kit.Confirm
        open={asked !== null}
        title={t("members.change.title", { person: asked?.member.user_id ?? "" })}
        confirmLabel={t("members.change.confirm")}
        cancelLabel={t("action.keep")}
        busy={set.isPending}
        onConfirm={() => asked && set.mutate(asked)}
        onCancel={() => setAsked(null)}
      >
        {asked &&
          t("members.change.detail", { from: t(`role.${asked.member.role}`), to: t(`role.${asked.to}`) })}
      </kit.Confirm>
    </>
  );
}

function RoleOf({ member, onChange }: { member: Member; onChange: (to: GrantableRole) => void }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("member:write");
  const label = (role: Role) => t(`role.${role}`);
  // A program's role is given with its key, not here.
  if (member.role === "service") return <kit.Text>{label(member.role)}</kit.Text>;
  return (
    <kit.Select
      label={t("members.role.of", { person: member.user_id })}
      hideLabel
      value={member.role}
      options={GRANTABLE_ROLES.map((role) => ({ value: role, label: label(role) }))}
      unavailable={denial}
      onChange={(value) => {
        const to = GRANTABLE_ROLES.find((role) => role === value);
        if (to !== undefined && to !== member.role) onChange(to);
      }}
    />
  );
}
