import { useAdmin } from "../admin/admin-context.ts";
import { ForViewer, GraphBanner, useDenial } from "../admin/viewer.tsx";
import type { HostClient } from "../client/host-client.ts";
import { MembersSection } from "./members-section.tsx";
import { ParkedFacts } from "./parked-facts.tsx";
import { RulesSection } from "./rules-section.tsx";
import { SenderSection } from "./sender-section.tsx";
import { TemplatesSection } from "./templates-section.tsx";

interface SettingsPageProps {
  readonly host: Pick<HostClient, "intake" | "team">;
  /** The host's own permissions say who has which role: roles are then shown here, and changed there. */
  readonly rolesAreHosts?: boolean;
}

/** Connect a sender and check it, look at its templates, turn rules on and off, see who may do what. */
export function SettingsPage({ host, rolesAreHosts = false }: SettingsPageProps) {
  const { kit, i18n } = useAdmin();
  return (
    <kit.Page title={i18n.t("settings.title")} description={i18n.t("settings.description")}>
      <ForViewer>
        <GraphBanner />
        <Sections host={host} rolesAreHosts={rolesAreHosts} />
      </ForViewer>
    </kit.Page>
  );
}

function Sections({ host, rolesAreHosts }: Required<SettingsPageProps>) {
  return (
    <>
      {useDenial("message:read") === undefined && <ParkedFacts client={host.intake} />}
      {useDenial("sender:read") === undefined && <SenderSection />}
      {useDenial("rule:read") === undefined && <RulesSection />}
      {useDenial("template:read") === undefined && <TemplatesSection />}
      {useDenial("member:read") === undefined && (
        <MembersSection team={host.team} rolesAreHosts={rolesAreHosts} />
      )}
    </>
  );
}
