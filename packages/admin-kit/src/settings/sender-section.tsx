import { useQuery } from "@tanstack/react-query";
import type { SenderSummary } from "@webxkey/core/contract";
import { useRef, useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial } from "../admin/viewer.tsx";
import { ConnectForm } from "./connect-form.tsx";
import { SenderCard } from "./sender-card.tsx";
import { byUse } from "./sender-view.ts";

export function SenderSection() {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const senders = useQuery({ queryKey: queryKeys.senders, queryFn: () => client.senders.list() });
  // A form is gone once it was sent or given up: the focus goes to what took its place.
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
                <Numbers senders={found.senders} onClosed={focusTop} />
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

interface NumbersProps {
  readonly senders: readonly SenderSummary[];
  readonly onClosed: () => void;
}

/** Every number, the one that messages go from first, and the way to another. Those out of use are folded away. */
function Numbers({ senders, onClosed }: NumbersProps) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const denial = useDenial("sender:connect");
  const [adding, setAdding] = useState(false);
  const close = () => {
    setAdding(false);
    onClosed();
  };
  const { present, out } = byUse(senders);
  const cardOf = (sender: SenderSummary) => (
    <SenderCard key={sender.sender_id} sender={sender} all={senders} onClosed={onClosed} />
  );
  return (
    <>
      {!senders.some(({ in_use }) => in_use) && (
        <kit.Alert tone="danger" title={t("sender.noneInUse.title")}>
          {t("sender.noneInUse.detail")}
        </kit.Alert>
      )}
      {present.map(cardOf)}
      {present.length === 0 ? (
        out.map(cardOf)
      ) : out.length > 0 ? (
        <kit.Disclosure summary={t("sender.out", { count: out.length })}>{out.map(cardOf)}</kit.Disclosure>
      ) : null}
      {adding ? (
        <ConnectForm onDone={close} onCancel={close} />
      ) : (
        <kit.Stack direction="row">
          <kit.Button unavailable={denial} onSelect={() => setAdding(true)}>
            {t("sender.add")}
          </kit.Button>
        </kit.Stack>
      )}
    </>
  );
}
