import { useQuery } from "@tanstack/react-query";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { queryKeys } from "../admin/queries.ts";
import { ForViewer, useDenial } from "../admin/viewer.tsx";
import type { HostClient } from "../client/host-client.ts";
import { MappingEditor } from "./mapping-editor.tsx";

interface MappingPageProps {
  readonly client: HostClient["mapping"];
}

/**
 * For hosts whose content is the merchant's own: which of it is an order, what its attributes mean, and what a change of
 * it tells, tried on real entries.
 *
 * @example
 * <MappingPage client={host.mapping} />
 */
export function MappingPage({ client }: MappingPageProps) {
  const { kit, i18n } = useAdmin();
  return (
    <kit.Page title={i18n.t("mapping.title")} description={i18n.t("mapping.description")}>
      <ForViewer>
        <Contents client={client} />
      </ForViewer>
    </kit.Page>
  );
}

function Contents({ client }: MappingPageProps) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("rule:read");
  const state = useQuery({
    queryKey: queryKeys.mapping,
    queryFn: () => client.read(),
    enabled: denial === undefined,
  });
  if (denial) return <kit.Text tone="muted">{denial}</kit.Text>;
  return (
    <Loaded query={state}>
      {(found) =>
        found.choices.orders.length === 0 ? (
          <kit.Empty title={t("mapping.noTypes.title")}>{t("mapping.noTypes.detail")}</kit.Empty>
        ) : (
          <MappingEditor client={client} state={found} />
        )
      }
    </Loaded>
  );
}
