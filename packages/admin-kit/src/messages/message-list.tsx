import { useInfiniteQuery } from "@tanstack/react-query";
import type { MessageSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { Moment } from "../admin/moment.tsx";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { GraphBanner, useDenial } from "../admin/viewer.tsx";
import { NeedsAttention } from "../alerts/needs-attention.tsx";
import { problemOf } from "../client/problem.ts";
import { AnswersSection } from "./answers-section.tsx";
import { EntityName } from "./entity-name.tsx";
import { MessageStateLine } from "./message-state.tsx";
import { eventLabel, FILTERS, filterQuery, isMoving } from "./message-view.ts";
import { type Navigation, UNSURE_LIST } from "./navigation.ts";
import { NeedsYou } from "./needs-you.tsx";
import { UnsureSection } from "./unsure-section.tsx";
import { useRefetchInterval } from "./use-live.ts";

const PAGE_SIZE = 25;
const ALL = "all";

export function MessageList({ navigation, takeFocus }: { navigation: Navigation; takeFocus: boolean }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("message:read");
  const filter = FILTERS.find((known) => known === navigation.filter) ?? null;
  return (
    <kit.Page title={t("messages.title")} description={t("messages.description")} takeFocus={takeFocus}>
      <GraphBanner />
      <NeedsAttention />
      <UnsureSection isWanted={navigation.filter === UNSURE_LIST} />
      <AnswersSection />
      {denial ? (
        <kit.Alert tone="info" title={denial} />
      ) : (
        <>
          <NeedsYou navigation={navigation} />
          <kit.Section title={t("messages.all")}>
            <kit.Select
              label={t("messages.filter")}
              value={filter ?? ALL}
              options={[
                { value: ALL, label: t("messages.filter.all") },
                ...FILTERS.map((value) => ({ value, label: t(`state.${value}`) })),
              ]}
              onChange={(value) => navigation.setFilter(value === ALL ? null : value)}
            />
            <Messages filter={filter} navigation={navigation} onShowAll={() => navigation.setFilter(null)} />
          </kit.Section>
        </>
      )}
    </kit.Page>
  );
}

interface MessagesProps {
  readonly filter: (typeof FILTERS)[number] | null;
  readonly navigation: Navigation;
  readonly onShowAll: () => void;
}

function Messages({ filter, navigation, onShowAll }: MessagesProps) {
  const { kit, client, i18n, now } = useAdmin();
  const { t } = i18n;
  const refetchInterval = useRefetchInterval();
  const list = useInfiniteQuery({
    queryKey: queryKeys.messageList(filter),
    queryFn: ({ pageParam }) =>
      client.messages.list({
        limit: PAGE_SIZE,
        ...filterQuery(filter),
        ...(pageParam !== null && { cursor: pageParam }),
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state: { data } }) => refetchInterval(data?.pages.flatMap((page) => page.messages)),
  });
  if (!list.data) {
    if (list.error)
      return <ProblemAlert problem={problemOf(list.error)} onRetry={() => void list.refetch()} />;
    return <kit.Loading label={t("loading.page")} />;
  }
  const messages = list.data.pages.flatMap((page) => page.messages);
  if (messages.length === 0) return <NoMessages {...{ filter, navigation, onShowAll }} />;
  return (
    <>
      {list.error && <ProblemAlert problem={problemOf(list.error)} onRetry={() => void list.refetch()} />}
      <kit.Text tone="muted">
        <span role="status">
          {messages.some((message) => isMoving(message, now())) && t("messages.live")}
        </span>
      </kit.Text>
      <MessageTable messages={messages} navigation={navigation} />
      {list.hasNextPage && (
        <kit.Stack direction="row">
          <kit.Button busy={list.isFetchingNextPage} onSelect={() => void list.fetchNextPage()}>
            {t("messages.older")}
          </kit.Button>
        </kit.Stack>
      )}
    </>
  );
}

function MessageTable({ messages, navigation }: { messages: MessageSummary[]; navigation: Navigation }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  return (
    <kit.Table
      caption={t("messages.caption")}
      columns={[
        { key: "about", label: t("messages.column.about") },
        { key: "state", label: t("messages.column.state") },
        { key: "event", label: t("messages.column.event") },
        { key: "template", label: t("messages.column.template") },
        { key: "recipient", label: t("messages.column.recipient") },
        { key: "when", label: t("messages.column.when") },
      ]}
      rows={messages.map((message) => ({
        key: message.message_id,
        cells: {
          about: (
            <kit.Link
              href={navigation.messageHref?.(message.message_id)}
              onSelect={() => navigation.openMessage(message.message_id)}
            >
              <EntityName entity={message.entity} />
            </kit.Link>
          ),
          state: <MessageStateLine message={message} />,
          event: <span style={{ whiteSpace: "nowrap" }}>{eventLabel(i18n, message.event_type)}</span>,
          template: <kit.Code>{message.template}</kit.Code>,
          recipient:
            message.recipient === null ? (
              <kit.Text tone="muted">{t("message.recipient.none")}</kit.Text>
            ) : (
              <kit.Code>{message.recipient}</kit.Code>
            ),
          when: <Moment at={message.created_at} />,
        },
      }))}
    />
  );
}

function NoMessages({ filter, navigation: { settings }, onShowAll }: MessagesProps) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const toSettings = settings && (
    <kit.Link href={settings.href} onSelect={settings.open}>
      {t("message.cause.settings")}
    </kit.Link>
  );
  if (filter === null)
    return (
      <kit.Empty title={t("messages.none.title")} action={toSettings}>
        {t("messages.none.detail")}
      </kit.Empty>
    );
  return (
    <kit.Empty
      title={t("messages.noneInState.title")}
      action={<kit.Button onSelect={onShowAll}>{t("messages.noneInState.action")}</kit.Button>}
    />
  );
}
