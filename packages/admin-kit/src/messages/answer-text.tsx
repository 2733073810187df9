import type { AnswerSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { isMessageKey, type MessageKey } from "../i18n/translator.ts";

/** A customer's own words, in whatever language and direction; of what has no words, what it was. */
export function AnswerText({ answer: { text, kind } }: { answer: Pick<AnswerSummary, "text" | "kind"> }) {
  const { kit, i18n } = useAdmin();
  if (text !== null && text !== "")
    return (
      <kit.Text>
        <q dir="auto">{text}</q>
      </kit.Text>
    );
  const key = `answers.kind.${kind}`;
  const label = isMessageKey(key) ? (key as Extract<MessageKey, `answers.kind.${string}`>) : null;
  return <kit.Text tone="muted">{i18n.t(label ?? "answers.kind.other")}</kit.Text>;
}
