import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { problemOf } from "../client/problem.ts";
import { useAdmin } from "./admin-context.ts";
import { ProblemAlert } from "./problem-alert.tsx";

/** Shows what was read; while it is being read, a place for it; where that failed, why, with a way to try again. */
export function Loaded<T>({
  query,
  children,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}) {
  const { kit, i18n } = useAdmin();
  const problem = query.error && (
    <ProblemAlert problem={problemOf(query.error)} onRetry={() => void query.refetch()} />
  );
  if (query.data === undefined) return problem ?? <kit.Loading label={i18n.t("loading.page")} />;
  return (
    <>
      {problem}
      {children(query.data)}
    </>
  );
}
