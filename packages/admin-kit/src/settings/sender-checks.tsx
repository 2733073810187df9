import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SenderCheck } from "@webxkey/core/contract";
import type { ReactNode } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { Sentence } from "../admin/sentence.tsx";
import { useDenial } from "../admin/viewer.tsx";
import { problemOf } from "../client/problem.ts";

interface SenderChecksProps {
  readonly senderId: string;
  /** False for a number without a token, of which Meta can be asked nothing. */
  readonly canCheck: boolean;
  /** The other buttons of the number. */
  readonly children: ReactNode;
}

/** Checks the connection on demand and shows each check, with what to do where it failed. */
export function SenderChecks({ senderId, canCheck, children }: SenderChecksProps) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("sender:check");
  const queries = useQueryClient();
  const check = useMutation({
    mutationFn: () => client.senders.check({ sender_id: senderId }),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.senders }),
  });
  const failed = check.data?.checks.filter(({ ok }) => !ok).length ?? 0;
  return (
    <kit.Stack>
      <kit.Stack direction="row">
        {canCheck && (
          <kit.Button busy={check.isPending} unavailable={denial} onSelect={() => check.mutate()}>
            {t("sender.check")}
          </kit.Button>
        )}
        {children}
      </kit.Stack>
      {canCheck && denial && <kit.Text tone="muted">{denial}</kit.Text>}
      {check.error && <ProblemAlert problem={problemOf(check.error)} onRetry={() => check.mutate()} />}
      <div role="status">
        {check.data && (
          <kit.Text>
            {failed === 0 ? t("sender.check.ok") : t("sender.check.failed", { count: failed })}
          </kit.Text>
        )}
      </div>
      {check.data && <CheckResults checks={check.data.checks} />}
    </kit.Stack>
  );
}

function CheckResults({ checks }: { checks: SenderCheck[] }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  return (
    <>
      <kit.Heading level={3}>{t("sender.check.results")}</kit.Heading>
      <kit.Facts
        facts={checks.map(({ id, ok, sentence, fix }) => ({
          term: t(`sender.check.id.${id}`),
          value: (
            <kit.Stack>
              <kit.Badge tone={ok ? "success" : "danger"}>
                {t(ok ? "sender.check.passed" : "sender.check.broken")}
              </kit.Badge>
              <kit.Text>
                <Sentence>{sentence}</Sentence>
              </kit.Text>
              {fix !== null && (
                <kit.Text>
                  <Sentence>{fix}</Sentence>
                </kit.Text>
              )}
            </kit.Stack>
          ),
        }))}
      />
    </>
  );
}
