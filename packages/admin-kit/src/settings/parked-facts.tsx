import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useAdmin } from "../admin/admin-context.ts";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial } from "../admin/viewer.tsx";
import type { HostClient } from "../client/host-client.ts";
import { problemOf } from "../client/problem.ts";

/**
 * Says so when something that happened in the host could not be taken over, and offers to try again. Shows nothing while
 * that cannot be read: while the engine is away, the page below says so itself.
 */
export function ParkedFacts({ client }: { client: HostClient["intake"] }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("message:release");
  const queries = useQueryClient();
  const intake = useQuery({ queryKey: queryKeys.intake, queryFn: () => client.list() });
  const retry = useMutation({
    mutationFn: () => client.retry(),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.intake }),
  });
  const parked = intake.data?.waiting.filter(({ parked_at }) => parked_at !== null).length ?? 0;
  if (parked === 0) return null;
  return (
    <>
      <kit.Alert
        tone="warning"
        title={t("intake.parked.title", { count: parked })}
        actions={
          <kit.Button busy={retry.isPending} unavailable={denial} onSelect={() => retry.mutate()}>
            {t("action.tryAgain")}
          </kit.Button>
        }
      >
        {t("intake.parked.detail")}
      </kit.Alert>
      {retry.error && <ProblemAlert problem={problemOf(retry.error)} />}
    </>
  );
}
