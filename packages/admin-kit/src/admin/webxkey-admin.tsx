import {
  MutationCache,
  QueryCache,
  QueryClient,
  QueryClientProvider,
  type QueryKey,
} from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import type { AdminClient } from "../client/admin-client.ts";
import type { Access } from "../client/host-client.ts";
import { isTransient, problemOf } from "../client/problem.ts";
import { type Catalogs, createI18n } from "../i18n/i18n.ts";
import type { UiKit } from "../ui-kit/ui-kit.ts";
import { AdminContext } from "./admin-context.ts";
import { queryKeys } from "./queries.ts";
import { systemClock } from "./system-clock.ts";

export interface WebxkeyAdminProps {
  readonly client: AdminClient;
  readonly kit: UiKit;
  /** The viewer's language, BCP 47. */
  readonly locale: string;
  /** The pages' texts by language (`de`, `pt-BR`). Who speaks none of them is shown English. */
  readonly catalogs?: Catalogs | undefined;
  /** An IANA name; absent, the browser's. */
  readonly timeZone?: string | undefined;
  /** Of hosts that cannot hide pages and widgets from users without a role: whether the viewer has one. */
  readonly access?: (() => Promise<Access>) | undefined;
  /** The time that "today" is counted from. */
  readonly now?: (() => Date) | undefined;
  readonly children: ReactNode;
}

/**
 * Goes around a page or a widget and gives it the host's design, the client and the language. It keeps a query cache of
 * its own, so that it neither reads nor clears the host's.
 *
 * @example
 * <WebxkeyAdmin client={client} kit={plainUiKit} locale="en">
 *   <SettingsPage />
 * </WebxkeyAdmin>
 */
export function WebxkeyAdmin(props: WebxkeyAdminProps) {
  const { client, kit, locale, catalogs, timeZone, access, now = systemClock, children } = props;
  const [queries] = useState(createQueries);
  const i18n = useMemo(() => createI18n({ locale, catalogs, timeZone }), [locale, catalogs, timeZone]);
  const admin = useMemo(() => ({ kit, client, i18n, now, access }), [kit, client, i18n, now, access]);
  return (
    <QueryClientProvider client={queries}>
      <AdminContext.Provider value={admin}>
        <kit.Root locale={i18n.locale} direction={i18n.direction} closeLabel={i18n.t("action.close")}>
          {children}
        </kit.Root>
      </AdminContext.Provider>
    </QueryClientProvider>
  );
}

const READ_RETRIES_MAX = 1;

function createQueries(): QueryClient {
  /** A refusal may mean that the viewer's role was changed or taken away: who they are is asked again. */
  function askAgainAfter(error: unknown, of?: QueryKey): void {
    const asked = [queryKeys.me, queryKeys.access];
    if (problemOf(error).code !== "forbidden" || asked.some(([name]) => name === of?.[0])) return;
    for (const queryKey of asked) void queries.invalidateQueries({ queryKey });
  }
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error, { queryKey }) => askAgainAfter(error, queryKey) }),
    mutationCache: new MutationCache({ onError: (error) => askAgainAfter(error) }),
    defaultOptions: {
      // "always": a browser that believes it is offline still reaches a server on this machine or this network.
      queries: {
        networkMode: "always",
        retry: (failures, error) => failures < READ_RETRIES_MAX && isTransient(problemOf(error)),
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
  return queries;
}
