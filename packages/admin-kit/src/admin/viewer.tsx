import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import type { Me, Right } from "../client/admin-client.ts";
import type { Person } from "../client/host-client.ts";
import { problemOf } from "../client/problem.ts";
import { isMessageKey, type MessageKey } from "../i18n/translator.ts";
import { useAdmin } from "./admin-context.ts";
import { graphHost } from "./graph-host.ts";
import { nameAndEmail } from "./person.ts";
import { ProblemAlert } from "./problem-alert.tsx";
import { queryKeys } from "./queries.ts";

const ViewerContext = createContext<Me | null>(null);

interface ForViewerProps {
  /** What somebody without a role is shown instead; null for nothing at all. */
  readonly stranger?: ReactNode;
  /** Goes around what is shown before the children are, or instead of them. */
  readonly frame?: (content: ReactNode) => ReactNode;
  readonly children: ReactNode;
}

/**
 * Asks who is looking before anything else is shown: what a page offers depends on the viewer's rights. In a host that cannot
 * hide the page it first asks whether the viewer has a role at all; who has none causes no other request.
 */
export function ForViewer({
  stranger = <NoAccess />,
  frame = (content) => content,
  children,
}: ForViewerProps) {
  const { kit, client, i18n, access: ask } = useAdmin();
  const access = useQuery({
    queryKey: queryKeys.access,
    queryFn: () => (ask ? ask() : null),
    enabled: ask !== undefined,
    staleTime: 60_000,
  });
  const mayEnter = ask === undefined || (access.data?.role ?? null) !== null;
  const me = useQuery({
    queryKey: queryKeys.me,
    queryFn: () => client.me.get(),
    staleTime: 60_000,
    enabled: mayEnter,
  });
  if (access.data && !mayEnter)
    return <ManagersContext.Provider value={access.data.managers}>{stranger}</ManagersContext.Provider>;
  // Nothing of the shop stays on the page of somebody whose role was taken away while it was open.
  const isShutOut = me.error !== null && problemOf(me.error).code === "forbidden";
  if (me.data && !isShutOut)
    return <ViewerContext.Provider value={me.data}>{children}</ViewerContext.Provider>;
  const failed = [access, me].find(({ error }) => error);
  if (failed?.error)
    return frame(<ProblemAlert problem={problemOf(failed.error)} onRetry={() => void failed.refetch()} />);
  const loading = <kit.Loading label={i18n.t("loading.page")} />;
  if (mayEnter) return frame(loading);
  // What a stranger does not see at all must not show up for a moment either.
  return stranger === null ? null : loading;
}

const ManagersContext = createContext<readonly Person[]>([]);

/** Says in one sentence who can give the viewer a role. */
export function NoAccess() {
  const { kit, i18n } = useAdmin();
  const managers = useContext(ManagersContext);
  const people = i18n.alternatives(managers.map((person) => nameAndEmail(person)));
  return (
    <kit.Alert
      tone="info"
      title={managers.length > 0 ? i18n.t("access.none", { people }) : i18n.t("access.nobody")}
    />
  );
}

export function useViewer(): Me {
  const me = useContext(ViewerContext);
  if (me === null) throw new Error("Only what stands inside <ForViewer> may ask who is looking.");
  return me;
}

/**
 * Why the viewer may not do something, for a control's `unavailable`; undefined where the role allows it.
 *
 * @param key the sentence, where one right is about several things.
 */
export function useDenial(right: Right, key: DenialKey = denialKey(right)): string | undefined {
  const { t } = useAdmin().i18n;
  const { role, rights } = useViewer();
  return rights.includes(right) ? undefined : t(key, { roles: t(`role.${role}.many`) });
}

/** Rights that no page asks about by their name share one sentence. */
function denialKey(right: Right): DenialKey {
  const key = `right.${right}`;
  return isMessageKey(key) ? (key as DenialKey) : "right.other";
}

type DenialKey = Extract<MessageKey, `right.${string}`>;

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
