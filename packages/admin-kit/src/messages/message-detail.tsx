import { useQuery } from "@tanstack/react-query";
import type { MessageSummary } from "@webxkey/core/contract";
import { useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { Moment } from "../admin/moment.tsx";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { GraphBanner, useDenial } from "../admin/viewer.tsx";
import { type Problem, problemOf } from "../client/problem.ts";
import { CauseLink } from "./cause-link.tsx";
import { EntityName } from "./entity-name.tsx";
import { MessageDecision, type Way } from "./message-decision.tsx";
import { situationOf } from "./message-situation.ts";
import { MessageStateLine } from "./message-state.tsx";
import { entityLabel, eventLabel } from "./message-view.ts";
import type { Navigation } from "./navigation.ts";
import { TimelineList } from "./timeline-list.tsx";
import { useRefetchInterval } from "./use-live.ts";

export function MessageDetail({ messageId, navigation }: { messageId: string; navigation: Navigation }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("message:read");
  const [decisions, setDecisions] = useState<readonly Way[]>([]);
  const decided = decisions.at(-1) ?? null;
  const refetchInterval = useRefetchInterval();
  const found = useQuery({
    queryKey: queryKeys.message(messageId),
    queryFn: () => client.messages.timeline({ message_id: messageId }),
    enabled: denial === undefined,
    refetchInterval: ({ state: { data } }) => refetchInterval(data && [data.message]),
  });
  const back = { label: t("action.back"), onSelect: () => navigation.back() };
  const message = found.data?.message;
  const title = message
    ? t("message.title", {
        entity: entityLabel(i18n, message.entity),
        event: eventLabel(i18n, message.event_type),
      })
    : t("messages.title");
  return (
    // A new key and the title takes the focus again: after a decision the pressed button is gone.
    <kit.Page key={decisions.length} title={title} back={back} takeFocus>
      <GraphBanner />
      {denial && <kit.Alert tone="info" title={denial} />}
      {found.error && <NotFound problem={problemOf(found.error)} onRetry={() => void found.refetch()} />}
      {found.isLoading && <kit.Loading label={t("loading.page")} />}
      {found.data && message && (
        <>
          <MessageDecision
            message={message}
            decided={decided}
            onDecided={(way) => setDecisions((before) => [...before, way])}
            navigation={navigation}
          />
          <MessageFacts
            message={message}
            isExplained={situationOf(message, decided) !== null}
            navigation={navigation}
          />
          <kit.Section title={t("timeline.title")}>
            <TimelineList entries={found.data.entries} />
          </kit.Section>
        </>
      )}
    </kit.Page>
  );
}

/** An address that names no message is said so, whether the server knows nothing of it or cannot even read it. */
function NotFound({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  if (problem.code !== "not_found" && problem.code !== "invalid_input")
    return <ProblemAlert problem={problem} onRetry={onRetry} />;
  return <kit.Empty title={t("message.absent.title")}>{t("message.absent.detail")}</kit.Empty>;
}

interface MessageFactsProps {
  readonly message: MessageSummary;
  /** Its reason is said above already. */
  readonly isExplained: boolean;
  readonly navigation: Navigation;
}

function MessageFacts({ message, isExplained, navigation }: MessageFactsProps) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  return (
    <kit.Section title={t("message.facts")}>
      <kit.Facts
        facts={[
          {
            term: t("messages.column.state"),
            value: (
              <div role="status">
                <MessageStateLine message={isExplained ? { ...message, reason: null } : message} />
                {!isExplained && <CauseLink message={message} navigation={navigation} />}
              </div>
            ),
          },
          { term: t("messages.column.about"), value: <EntityLink {...{ message, navigation }} /> },
          {
            term: t("messages.column.recipient"),
            value: message.recipient ? <kit.Code>{message.recipient}</kit.Code> : t("message.recipient.none"),
          },
          { term: t("messages.column.template"), value: <kit.Code>{message.template}</kit.Code> },
          {
            term: t("message.language"),
            value: message.language ? <kit.Code>{message.language}</kit.Code> : t("message.language.none"),
          },
          { term: t("message.purpose"), value: t(`purpose.${message.purpose}`) },
          { term: t("message.rule"), value: <kit.Code>{message.rule_id}</kit.Code> },
          { term: t("message.created"), value: <Moment at={message.created_at} /> },
          { term: t("message.updated"), value: <Moment at={message.updated_at} /> },
        ]}
      />
    </kit.Section>
  );
}

function EntityLink({ message: { entity }, navigation }: Pick<MessageFactsProps, "message" | "navigation">) {
  const { kit } = useAdmin();
  const place = navigation.entityPlace?.(entity);
  const name = <EntityName entity={entity} />;
  if (!place) return name;
  return (
    <kit.Link href={place.href} onSelect={place.open}>
      {name}
    </kit.Link>
  );
}
