import { useAdmin } from "../admin/admin-context.ts";
import type { Editing } from "./editing.ts";
import { withContentType } from "./mapping-form.ts";
import { typeOptions } from "./mapping-view.ts";

export function ContentTypeSection({ form, content, wrongAt, edit }: Editing) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  return (
    <kit.Section title={t("mapping.type.title")}>
      <kit.Select
        label={t("mapping.type")}
        description={t("mapping.type.hint")}
        value={form.contentType}
        options={typeOptions(i18n, content, form.contentType)}
        error={wrongAt("/order/content_type")}
        onChange={(uid) => {
          const chosen = content.choices.orders.find((type) => type.uid === uid);
          edit("/order", (before) => withContentType(before, chosen));
        }}
      />
    </kit.Section>
  );
}
