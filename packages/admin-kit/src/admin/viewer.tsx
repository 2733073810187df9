import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import type { Me, Right } from "../client/admin-client.ts";
import { problemOf } from "../client/problem.ts";
import { useAdmin } from "./admin-context.ts";
import { graphHost } from "./graph-host.ts";
import { ProblemAlert } from "./problem-alert.tsx";
import { queryKeys } from "./queries.ts";

const ViewerContext = createContext<Me | null>(null);

/** Asks who is looking before anything else is shown: what a page offers depends on the viewer's rights. */
export function ForViewer({ children }: { children: ReactNode }) {
  const { kit, client, i18n } = useAdmin();
  const me = useQuery({ queryKey: queryKeys.me, queryFn: () => client.me.get(), staleTime: 60_000 });
  if (me.data) return <ViewerContext.Provider value={me.data}>{children}</ViewerContext.Provider>;
  if (me.error) return <ProblemAlert problem={problemOf(me.error)} onRetry={() => void me.refetch()} />;
  return <kit.Loading label={i18n.t("loading.page")} />;
}

export function useViewer(): Me {
  const me = useContext(ViewerContext);
  if (me === null) throw new Error("Only what stands inside <ForViewer> may ask who is looking.");
  return me;
}

/** Why the viewer may not do something, for a control's `unavailable`; undefined where the role allows it. */
export function useDenial(right: Right): string | undefined {
  const { t } = useAdmin().i18n;
  const { role, rights } = useViewer();
  return rights.includes(right) ? undefined : t("right.missing", { role: t(`role.${role}`) });
}

/** Says where messages go when that is not Meta. */
export function GraphBanner() {
  const { kit, i18n } = useAdmin();
  const { kind, host } = graphHost(useViewer().graph_url);
  if (kind === "meta") return null;
  return (
    <kit.Alert tone={kind === "simulator" ? "info" : "warning"} title={i18n.t(`graph.${kind}.title`)}>
      {i18n.t(`graph.${kind}.detail`, { host })}
    </kit.Alert>
  );
}
