import { useAdmin } from "../admin/admin-context.ts";
import type { Editing } from "./editing.ts";
import { attributeOptions, wordingKey, wordingOptions } from "./mapping-view.ts";

/** The box that the buyer ticked, and the words that stood beside it. */
export function ConsentSection({ form, content, attributes, wrongAt, edit }: Editing) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const { consentAttribute, consentPhone, wording } = form;
  const hasSeveralPhones = form.order.phones.filter((path) => path !== "").length > 1;
  const words = content.wordings.find((one) => wording !== null && wordingKey(one) === wordingKey(wording));
  return (
    <kit.Section title={t("mapping.consent.title")} description={t("mapping.consent.description")}>
      <kit.Select
        label={t("mapping.consent.attribute")}
        description={t("mapping.consent.attribute.hint")}
        value={consentAttribute}
        options={attributeOptions(i18n, attributes, "consent", consentAttribute)}
        error={wrongAt("/order/fields/consent/attribute")}
        onChange={(name) =>
          edit("/order/fields/consent", (before) => ({
            ...before,
            consentAttribute: name,
            consentPhone: name === "" ? "" : before.consentPhone,
            wording: name === "" ? null : before.wording,
          }))
        }
      />
      {consentAttribute !== "" && (hasSeveralPhones || consentPhone !== "") && (
        <kit.Select
          label={t("mapping.consent.phone")}
          description={t("mapping.consent.phone.hint")}
          value={consentPhone}
          options={[
            { value: "", label: t("mapping.consent.phone.each") },
            ...attributeOptions(i18n, attributes, "phone", consentPhone).filter(({ value }) => value !== ""),
          ]}
          error={wrongAt("/order/fields/consent/phone")}
          onChange={(path) =>
            edit("/order/fields/consent/phone", (before) => ({ ...before, consentPhone: path }))
          }
        />
      )}
      {consentAttribute !== "" && (
        <kit.Select
          label={t("mapping.consent.wording")}
          description={t("mapping.consent.wording.hint")}
          value={wording === null ? "" : wordingKey(wording)}
          options={wordingOptions(i18n, content, wording)}
          error={wrongAt("/order/fields/consent/wording_id")}
          onChange={(key) => {
            const chosen = content.wordings.find((one) => wordingKey(one) === key) ?? null;
            edit("/order/fields/consent/wording_id", (before) => ({
              ...before,
              wording: chosen && { id: chosen.id, version: chosen.version, language: chosen.language },
            }));
          }}
        />
      )}
      {words && (
        <kit.Text>
          {t("mapping.consent.said", { attribute: consentAttribute })}{" "}
          <q lang={words.language} dir="auto">
            {words.text}
          </q>
        </kit.Text>
      )}
      {consentAttribute === "" && <kit.Alert tone="warning" title={t("mapping.consent.none")} />}
    </kit.Section>
  );
}
