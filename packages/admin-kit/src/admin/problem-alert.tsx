import type { Problem } from "../client/problem.ts";
import { useAdmin } from "./admin-context.ts";
import { Sentence } from "./sentence.tsx";

const OWN_CODES = ["unreachable", "signed_out"] as const;

/** Why something did not work: in the server's words, or in ours where no server of ours answered. */
export function ProblemAlert({ problem, onRetry }: { problem: Problem; onRetry?: (() => void) | undefined }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const retry = onRetry && <kit.Button onSelect={onRetry}>{t("action.tryAgain")}</kit.Button>;
  // The host asks who is there when its page is loaded, and comes back to it.
  const reload = <kit.Button onSelect={() => location.reload()}>{t("action.reload")}</kit.Button>;
  if (problem.title === null) {
    const isSignedOut = problem.code === "signed_out";
    const code = OWN_CODES.find((own) => own === problem.code) ?? "unexpected_answer";
    return (
      <kit.Alert
        tone="danger"
        urgent
        title={t(`problem.${code}.title`)}
        actions={isSignedOut ? reload : retry}
      >
        {t(`problem.${code}.detail`)}
      </kit.Alert>
    );
  }
  return (
    <kit.Alert tone="danger" urgent title={<Sentence>{problem.title}</Sentence>} actions={retry}>
      {problem.detail !== null && <Sentence>{problem.detail}</Sentence>}
    </kit.Alert>
  );
}
