import type { SenderSummary } from "@webxkey/core/contract";
import { useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { Moment } from "../admin/moment.tsx";
import { useDenial } from "../admin/viewer.tsx";
import { ConnectForm } from "./connect-form.tsx";
import { SenderChecks } from "./sender-checks.tsx";
import { SenderUse } from "./sender-use.tsx";
import { numberLabel, qualityTone, senderStateTone } from "./sender-view.ts";

interface SenderCardProps {
  readonly sender: SenderSummary;
  readonly all: readonly SenderSummary[];
  /** A form of it was sent or given up, and had the focus. */
  readonly onClosed: () => void;
}

/** One number: its state, what can be done with it, and the form for new credentials or for the number that takes its place. */
export function SenderCard({ sender, all, onClosed }: SenderCardProps) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("sender:connect");
  const [form, setForm] = useState<"reconnect" | "replace" | null>(null);
  const isOut = sender.state === "disconnected";
  const close = () => {
    setForm(null);
    onClosed();
  };
  const open = (which: "reconnect" | "replace") => (
    <kit.Button unavailable={denial} onSelect={() => setForm(which)}>
      {t(which === "replace" ? "sender.replace" : isOut ? "sender.connectAgain" : "sender.reconnect")}
    </kit.Button>
  );
  return (
    <kit.Stack>
      {all.length > 1 && (
        <kit.Heading level={3}>
          <bdi>{numberLabel(i18n, sender)}</bdi>
        </kit.Heading>
      )}
      <SenderAlert sender={sender} />
      <SenderFacts sender={sender} isOneOfMany={all.length > 1} />
      {/* What was found before it was connected again, or taken out of use, says nothing of now. */}
      <SenderChecks
        key={`${sender.state} ${sender.connected_at}`}
        senderId={sender.sender_id}
        canCheck={!isOut}
      >
        {form === null && (
          <>
            {open("reconnect")}
            {!isOut && open("replace")}
          </>
        )}
        <SenderUse sender={sender} all={all} />
      </SenderChecks>
      {form !== null && (
        <ConnectForm
          key={form}
          {...(form === "replace" ? { replaces: sender } : { ids: sender })}
          onDone={close}
          onCancel={close}
        />
      )}
    </kit.Stack>
  );
}

/** The hindrance of a number that cannot send, and its meaning: little, while messages go from another one. */
function SenderAlert({ sender: { state, in_use } }: { sender: SenderSummary }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  if (state === "connected") return null;
  const isIdle = state === "connecting" || state === "disconnected";
  return (
    <kit.Alert tone={isIdle ? "info" : in_use ? "danger" : "warning"} title={t(`sender.${state}.title`)}>
      {isIdle || in_use ? t(`sender.${state}.detail`) : t("sender.notInUse")}
    </kit.Alert>
  );
}

function SenderFacts({ sender, isOneOfMany }: { sender: SenderSummary; isOneOfMany: boolean }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const { state, token_expires_at } = sender;
  return (
    <kit.Facts
      facts={[
        {
          term: t("messages.column.state"),
          value: (
            <kit.Stack direction="row">
              <kit.Badge tone={senderStateTone(state)}>{t(`sender.state.${state}`)}</kit.Badge>
              {isOneOfMany && sender.in_use && <kit.Badge tone="info">{t("sender.inUse")}</kit.Badge>}
            </kit.Stack>
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
        ...(token_expires_at
          ? [{ term: t("sender.tokenEnds"), value: <Moment at={token_expires_at} /> }]
          : []),
        { term: t("connect.waba_id"), value: <kit.Code>{sender.waba_id}</kit.Code> },
        { term: t("connect.phone_number_id"), value: <kit.Code>{sender.phone_number_id}</kit.Code> },
        { term: t("connect.app_id"), value: <kit.Code>{sender.app_id}</kit.Code> },
      ]}
    />
  );
}
