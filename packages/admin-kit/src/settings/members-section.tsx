import { useQuery } from "@tanstack/react-query";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { Moment } from "../admin/moment.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial, useViewer } from "../admin/viewer.tsx";
import type { HostClient, TeamMember } from "../client/host-client.ts";
import { GiveRole } from "./give-role.tsx";
import { RoleChange, useRoleChange } from "./role-change.tsx";
import { GRANTABLE_ROLES, type Member, memberLabel, ROLES_BY_POWER } from "./roles.ts";

interface MembersSectionProps {
  readonly team: HostClient["team"];
  /** The host's own permissions say who has which role: roles are then shown here, and changed there. */
  readonly rolesAreHosts: boolean;
}

/** The people who have a role, by name; whoever may gives and takes roles here. */
export function MembersSection({ team, rolesAreHosts }: MembersSectionProps) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const found = useQuery({ queryKey: queryKeys.team, queryFn: () => team() });
  return (
    <kit.Section
      title={t("members.title")}
      description={t(rolesAreHosts ? "members.description.host" : "members.description")}
    >
      <Loaded query={found}>
        {({ people }) => (
          <>
            <Members members={people.filter(hasRole)} rolesAreHosts={rolesAreHosts} />
            {!rolesAreHosts && <GiveRole people={people.filter((person) => !hasRole(person))} />}
          </>
        )}
      </Loaded>
      <kit.Disclosure summary={t("members.roles")}>
        <kit.Facts
          facts={ROLES_BY_POWER.map((role) => ({ term: t(`role.${role}`), value: t(`role.${role}.may`) }))}
        />
      </kit.Disclosure>
    </kit.Section>
  );
}

function hasRole(person: TeamMember): person is Member {
  return person.role !== null;
}

function Members({ members, rolesAreHosts }: { members: readonly Member[]; rolesAreHosts: boolean }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const change = useRoleChange();
  if (members.length === 0)
    return <kit.Empty title={t("members.none.title")}>{t("members.none.detail")}</kit.Empty>;
  return (
    <>
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
            person: <PersonCell member={member} />,
            role:
              // A program's role is given with its key, not here.
              rolesAreHosts || member.role === "service" ? (
                <kit.Text>{t(`role.${member.role}`)}</kit.Text>
              ) : (
                <RoleOf member={member} onChange={(to) => change.ask({ member, to })} />
              ),
            since: member.since !== null && <Moment at={member.since} />,
          },
        }))}
      />
      <RoleChange change={change} />
    </>
  );
}

function PersonCell({ member }: { member: Member }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const viewer = useViewer();
  const { name, email } = member;
  return (
    <kit.Stack>
      <kit.Stack direction="row">
        <kit.Text>
          <bdi>{memberLabel(i18n, member)}</bdi>
        </kit.Text>
        {member.user_id === viewer.user_id && <kit.Badge tone="info">{t("members.you")}</kit.Badge>}
      </kit.Stack>
      {name !== null && email !== null && (
        <kit.Text tone="muted">
          <bdi>{email}</bdi>
        </kit.Text>
      )}
    </kit.Stack>
  );
}

const NO_ROLE = "none";

function RoleOf({
  member,
  onChange,
}: {
  member: Member;
  onChange: (to: (typeof GRANTABLE_ROLES)[number] | null) => void;
}) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("member:write");
  const isOwn = useViewer().user_id === member.user_id;
  return (
    <kit.Select
      label={t("members.role.of", { person: memberLabel(i18n, member) })}
      hideLabel
      value={member.role}
      options={[
        ...GRANTABLE_ROLES.map((role) => ({ value: role, label: t(`role.${role}`) })),
        { value: NO_ROLE, label: t("members.none.role") },
      ]}
      unavailable={denial ?? (isOwn ? t("members.own") : undefined)}
      onChange={(value) => {
        const to = GRANTABLE_ROLES.find((role) => role === value) ?? null;
        if (to !== member.role) onChange(to);
      }}
    />
  );
}
