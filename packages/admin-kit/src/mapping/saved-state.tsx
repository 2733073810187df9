import { useAdmin } from "../admin/admin-context.ts";
import { Sentence } from "../admin/sentence.tsx";
import type { MappingState } from "./mapping.ts";

/** Says where the saved mapping tells nothing: there is none yet, or the content has changed since. */
export function SavedState({ state: { mapping, problems } }: { state: MappingState }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  if (mapping.order === null)
    return (
      <kit.Alert tone="info" title={t("mapping.first.title")}>
        {t("mapping.first.detail")}
      </kit.Alert>
    );
  if (problems.length === 0) return null;
  return (
    <kit.Alert tone="danger" title={t("mapping.broken.title")}>
      <kit.Stack>
        <kit.Text>{t("mapping.broken.detail")}</kit.Text>
        {problems.map(({ pointer, detail }) => (
          <kit.Text key={`${pointer} ${detail}`}>
            <Sentence>{detail}</Sentence>
          </kit.Text>
        ))}
      </kit.Stack>
    </kit.Alert>
  );
}
