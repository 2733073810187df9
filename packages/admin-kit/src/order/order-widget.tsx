import { useQuery } from "@tanstack/react-query";
import type { EntityTimeline } from "@webxkey/core/contract";
import type { PropsWithChildren } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { Moment } from "../admin/moment.tsx";
import { queryKeys } from "../admin/queries.ts";
import { ForViewer, GraphBanner, useDenial } from "../admin/viewer.tsx";
import { MessageStateLine } from "../messages/message-state.tsx";
import { type EntityType, eventLabel } from "../messages/message-view.ts";
import type { Navigation } from "../messages/navigation.ts";
import { TimelineList } from "../messages/timeline-list.tsx";
import { useRefetchInterval } from "../messages/use-live.ts";
import { AnswerLines } from "./answer-lines.tsx";
import { ConsentLines } from "./consent-lines.tsx";

export interface OrderWidgetProps {
  readonly entityType: EntityType;
  /** The reference the connector gave the order or account in its events. */
  readonly entityRef: string;
  /** Where messages have a page to open; absent, they are only listed. */
  readonly navigation?: Pick<Navigation, "openMessage" | "messageHref"> | undefined;
}

/**
 * Messages with their timeline, consent and answers of one order or account, small enough for the side of the host's own page about it.
 *
 * @example
 * <OrderWidget entityType="order" entityRef={order.id} />
 */
export function OrderWidget(props: OrderWidgetProps) {
  return (
    <ForViewer stranger={null} frame={(content) => <Frame>{content}</Frame>}>
      <Contents key={`${props.entityType} ${props.entityRef}`} {...props} />
    </ForViewer>
  );
}

function Frame({ children }: PropsWithChildren) {
  const { kit, i18n } = useAdmin();
  return <kit.Section title={i18n.t("order.title")}>{children}</kit.Section>;
}

function Contents(props: OrderWidgetProps) {
  const { entityType, entityRef } = props;
  const { kit } = useAdmin();
  const mayReadConsent = useDenial("consent:read") === undefined;
  const mayReadAnswers = useDenial("answer:read") === undefined;
  const denial = useDenial("message:read");
  // Beside every order, a sentence that it is not for the viewer would be noise.
  if (denial && !mayReadConsent && !mayReadAnswers) return null;
  return (
    <Frame>
      <GraphBanner />
      {denial ? <kit.Text tone="muted">{denial}</kit.Text> : <Story {...props} />}
      {mayReadConsent && <ConsentLines entityType={entityType} entityRef={entityRef} />}
      {mayReadAnswers && <AnswerLines entityType={entityType} entityRef={entityRef} />}
    </Frame>
  );
}

function Story({ entityType, entityRef, navigation }: OrderWidgetProps) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const refetchInterval = useRefetchInterval();
  const story = useQuery({
    queryKey: queryKeys.entity(entityType, entityRef),
    queryFn: () => client.entities.timeline({ entity_type: entityType, entity_ref: entityRef }),
    refetchInterval: ({ state: { data } }) => refetchInterval(data?.messages),
  });
  return (
    <Loaded query={story}>
      {({ messages, entries }) => (
        <>
          <kit.Heading level={3}>{t("order.messages")}</kit.Heading>
          <div role="status">
            <MessageLines messages={messages} navigation={navigation} />
          </div>
          {entries.length > 0 && (
            <kit.Disclosure summary={t("timeline.title")}>
              <TimelineList entries={entries} />
            </kit.Disclosure>
          )}
        </>
      )}
    </Loaded>
  );
}

interface MessageLinesProps {
  readonly messages: EntityTimeline["messages"];
  readonly navigation: OrderWidgetProps["navigation"];
}

function MessageLines({ messages, navigation }: MessageLinesProps) {
  const { kit, i18n } = useAdmin();
  if (messages.length === 0) return <kit.Text tone="muted">{i18n.t("order.messages.none")}</kit.Text>;
  return (
    <kit.Facts
      facts={messages.map((message) => ({
        term: eventLabel(i18n, message.event_type),
        value: (
          <kit.Stack>
            <MessageStateLine message={message} />
            <kit.Text tone="muted">
              <Moment at={message.created_at} />
            </kit.Text>
            {navigation && (
              <kit.Link
                href={navigation.messageHref?.(message.message_id)}
                onSelect={() => navigation.openMessage(message.message_id)}
              >
                {i18n.t("order.openMessage", { event: eventLabel(i18n, message.event_type) })}
              </kit.Link>
            )}
          </kit.Stack>
        ),
      }))}
    />
  );
}
