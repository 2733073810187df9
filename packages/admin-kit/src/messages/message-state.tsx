import type { MessageSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { Sentence } from "../admin/sentence.tsx";
import { stateTone } from "./message-view.ts";

/** The state as a badge, and why it is so where there is a reason. */
export function MessageStateLine({ message: { state, reason } }: { message: MessageSummary }) {
  const { kit, i18n } = useAdmin();
  return (
    <kit.Stack>
      <kit.Badge tone={stateTone(state)}>{i18n.t(`state.${state}`)}</kit.Badge>
      {reason && (
        <kit.Text tone="muted">
          <Sentence>{reason.sentence}</Sentence>
        </kit.Text>
      )}
    </kit.Stack>
  );
}
