import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { AlertSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { Sentence } from "../admin/sentence.tsx";
import { useDenial } from "../admin/viewer.tsx";
import { problemOf } from "../client/problem.ts";

const REFETCH_MS = 30_000;

/** Alerts that nobody has acknowledged. Draws nothing while there are none, or if the viewer may not read alerts. */
export function NeedsAttention() {
  const { client } = useAdmin();
  const denial = useDenial("alert:read");
  const list = useQuery({
    queryKey: queryKeys.alerts,
    queryFn: () => client.alerts.list({}),
    enabled: denial === undefined,
    refetchInterval: REFETCH_MS,
  });
  const open = list.data?.alerts.filter(({ acknowledged }) => acknowledged === null) ?? [];
  return open.map((alert) => <OpenAlert key={alert.alert_id} alert={alert} />);
}

function OpenAlert({ alert }: { alert: AlertSummary }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("alert:acknowledge");
  const queries = useQueryClient();
  const acknowledge = useMutation({
    mutationFn: () => client.alerts.acknowledge({ alert_id: alert.alert_id }),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.alerts }),
  });
  return (
    <>
      <kit.Alert
        tone="warning"
        title={t("alerts.title")}
        actions={
          <kit.Button unavailable={denial} busy={acknowledge.isPending} onSelect={() => acknowledge.mutate()}>
            {t("alerts.acknowledge")}
          </kit.Button>
        }
      >
        <Sentence>{alert.sentence}</Sentence>
      </kit.Alert>
      {acknowledge.error && <ProblemAlert problem={problemOf(acknowledge.error)} />}
    </>
  );
}
