import type { Problem } from "../client/problem.ts";
import type { I18n } from "../i18n/i18n.ts";
import { useAdmin } from "./admin-context.ts";
import { Sentence } from "./sentence.tsx";

/** A problem in words: the server's own, or ours where it gave none. */
export function problemWords(
  { t }: I18n,
  { code, title, detail }: Problem,
): { title: string; detail: string | null } {
  if (code === "unreachable")
    return { title: t("problem.unreachable.title"), detail: t("problem.unreachable.detail") };
  if (title === null)
    return { title: t("problem.unexpected_answer.title"), detail: t("problem.unexpected_answer.detail") };
  return { title, detail };
}

export function ProblemAlert({ problem, onRetry }: { problem: Problem; onRetry?: (() => void) | undefined }) {
  const { kit, i18n } = useAdmin();
  const { title, detail } = problemWords(i18n, problem);
  return (
    <kit.Alert
      tone="danger"
      urgent
      title={title}
      actions={onRetry && <kit.Button onSelect={onRetry}>{i18n.t("action.tryAgain")}</kit.Button>}
    >
      {detail !== null && <Sentence>{detail}</Sentence>}
    </kit.Alert>
  );
}
