import { useQuery } from "@tanstack/react-query";
import type { SenderSummary } from "@webxkey/core/contract";
import { useRef, useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { Moment } from "../admin/moment.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial } from "../admin/viewer.tsx";
import { ConnectForm } from "./connect-form.tsx";
import { SenderChecks } from "./sender-checks.tsx";
import { needsCredentials, qualityTone, senderStateTone } from "./sender-view.ts";

export function SenderSection() {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const senders = useQuery({ queryKey: queryKeys.senders, queryFn: () => client.senders.list() });
  // The form is gone once its number is connected: the focus goes to what took its place.
  const top = useRef<HTMLDivElement>(null);
  const focusTop = () => top.current?.focus();
  return (
    <kit.Section title={t("sender.title")} description={t("sender.description")}>
      <div ref={top} tabIndex={-1} style={{ outline: "none" }}>
        <kit.Stack>
          <Loaded query={senders}>
            {(found) =>
              found.senders.length === 0 ? (
                <FirstSender onConnected={focusTop} />
              ) : (
                found.senders.map((sender) => (
                  <SenderCard key={sender.sender_id} sender={sender} onConnected={focusTop} />
                ))
              )
            }
          </Loaded>
        </kit.Stack>
      </div>
    </kit.Section>
  );
}

function FirstSender({ onConnected }: { onConnected: () => void }) {
  const { kit, i18n } = useAdmin();
  const denial = useDenial("sender:connect");
  if (denial) return <kit.Empty title={i18n.t("sender.none.notAllowed")}>{denial}</kit.Empty>;
  return (
    <>
      <kit.Empty title={i18n.t("sender.none.title")}>{i18n.t("sender.none.detail")}</kit.Empty>
      <ConnectForm onDone={onConnected} />
    </>
  );
}

function SenderCard({ sender, onConnected }: { sender: SenderSummary; onConnected: () => void }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("sender:connect");
  const [reconnecting, setReconnecting] = useState(false);
  return (
    <kit.Stack>
      {needsCredentials(sender.state) && (
        <kit.Alert tone="danger" title={t(`sender.${sender.state}.title`)}>
          {t(`sender.${sender.state}.detail`)}
        </kit.Alert>
      )}
      <SenderFacts sender={sender} />
      <SenderChecks senderId={sender.sender_id}>
        {!reconnecting && (
          <kit.Button unavailable={denial} onSelect={() => setReconnecting(true)}>
            {t("sender.reconnect")}
          </kit.Button>
        )}
      </SenderChecks>
      {reconnecting && (
        <ConnectForm
          ids={sender}
          onDone={() => {
            setReconnecting(false);
            onConnected();
          }}
          onCancel={() => setReconnecting(false)}
        />
      )}
    </kit.Stack>
  );
}

function SenderFacts({ sender }: { sender: SenderSummary }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  return (
    <kit.Facts
      facts={[
        {
          term: t("messages.column.state"),
          value: (
            <kit.Badge tone={senderStateTone(sender.state)}>{t(`sender.state.${sender.state}`)}</kit.Badge>
          ),
        },
        {
          term: t("sender.number"),
          value: sender.display_phone_number ? (
            <kit.Code>{sender.display_phone_number}</kit.Code>
          ) : (
            t("sender.number.unknown")
          ),
        },
        {
          term: t("sender.name"),
          value: sender.verified_name ? <bdi>{sender.verified_name}</bdi> : t("sender.number.unknown"),
        },
        {
          term: t("sender.quality"),
          value: (
            <kit.Badge tone={qualityTone(sender.quality)}>{t(`sender.quality.${sender.quality}`)}</kit.Badge>
          ),
        },
        {
          term: t("sender.connectedAt"),
          value: sender.connected_at ? <Moment at={sender.connected_at} /> : t("sender.connectedAt.never"),
        },
        { term: t("connect.waba_id"), value: <kit.Code>{sender.waba_id}</kit.Code> },
        { term: t("connect.phone_number_id"), value: <kit.Code>{sender.phone_number_id}</kit.Code> },
        { term: t("connect.app_id"), value: <kit.Code>{sender.app_id}</kit.Code> },
      ]}
    />
  );
}
