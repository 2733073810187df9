import { useAdmin } from "../admin/admin-context.ts";
import type { PreviewEntry } from "./mapping.ts";
import { previewView } from "./mapping-view.ts";

/** What real entries would tell with the mapping as it stands in the form. */
export function PreviewTable({ entries }: { entries: readonly PreviewEntry[] }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  return (
    <kit.Section title={t("mapping.preview.title")} description={t("mapping.preview.description")}>
      {entries.length === 0 ? (
        <kit.Empty title={t("mapping.preview.none.title")}>{t("mapping.preview.none.detail")}</kit.Empty>
      ) : (
        <kit.Table
          caption={t("mapping.preview.title")}
          columns={[
            { key: "order", label: t("mapping.preview.order") },
            { key: "event", label: t("mapping.preview.event") },
            { key: "recipient", label: t("messages.column.recipient") },
            { key: "consent", label: t("order.consent") },
            { key: "message", label: t("mapping.preview.message") },
          ]}
          rows={entries.map((entry) => ({ key: entry.document_id, cells: cellsOf(entry) }))}
        />
      )}
    </kit.Section>
  );

  function cellsOf(entry: PreviewEntry) {
    const { event, phone, total, consent } = previewView(i18n, entry);
    return {
      order: (
        <kit.Stack>
          <kit.Code>{entry.code}</kit.Code>
          <kit.Text tone="muted">{total ?? t("mapping.preview.noTotal")}</kit.Text>
        </kit.Stack>
      ),
      event: (
        <kit.Stack>
          <kit.Badge tone={event.tone}>{event.label}</kit.Badge>
          {entry.state !== null && <kit.Code>{entry.state}</kit.Code>}
        </kit.Stack>
      ),
      recipient: (
        <kit.Stack>
          {"masked" in phone ? (
            <kit.Code>{phone.masked}</kit.Code>
          ) : (
            <kit.Badge tone="warning">{phone.problem}</kit.Badge>
          )}
          {entry.name !== null && (
            <kit.Text tone="muted">
              <bdi>{entry.name}</bdi>
            </kit.Text>
          )}
        </kit.Stack>
      ),
      consent: <kit.Badge tone={consent.tone}>{consent.label}</kit.Badge>,
      message: (
        <kit.Stack>
          {entry.messages.map(({ language, text, problem }) => (
            <kit.Stack key={`${language}${text}${problem}`}>
              {language !== null && <kit.Code>{language}</kit.Code>}
              <kit.Text tone="muted">
                <bdi>{text ?? problem}</bdi>
              </kit.Text>
            </kit.Stack>
          ))}
        </kit.Stack>
      ),
    };
  }
}
