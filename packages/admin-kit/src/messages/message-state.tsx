import type { MessageSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { Sentence } from "../admin/sentence.tsx";
import { shownState, stateTone } from "./message-view.ts";

/** The state as a badge, and why it is so where there is a reason. */
export function MessageStateLine({ message }: { message: MessageSummary }) {
  const { kit, i18n } = useAdmin();
  return (
    <kit.Stack>
      <kit.Badge tone={stateTone(message)}>{i18n.t(`state.${shownState(message)}`)}</kit.Badge>
      {message.reason && (
        <kit.Text tone="muted">
          <Sentence>{message.reason.sentence}</Sentence>
        </kit.Text>
      )}
    </kit.Stack>
  );
}
