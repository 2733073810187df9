import { useAdmin } from "../admin/admin-context.ts";
import { ORDER_ROLES, type OrderRole, PERSON_ROLES } from "./attribute-roles.ts";
import type { Editing } from "./editing.ts";
import type { ContentAttribute } from "./mapping.ts";
import { type PartForm, withOrder, withPhone } from "./mapping-form.ts";
import { attributeOptions } from "./mapping-view.ts";

export function AttributesSection({ form, attributes, wrongAt, edit }: Editing) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  return (
    <kit.Section title={t("mapping.attributes.title")} description={t("mapping.attributes.description")}>
      <PartFields
        part={form.order}
        roles={ORDER_ROLES}
        phoneHint="mapping.attribute.phone.hint"
        attributes={attributes}
        at="/order/fields"
        wrongAt={wrongAt}
        onChange={(place, change) =>
          edit(place, (before) => withOrder(before, change(before.order), attributes))
        }
      />
    </kit.Section>
  );
}

/** Shown where the host has people who sign in: what is told about their accounts needs their phone number. */
export function AccountSection({ form, content, wrongAt, edit }: Editing) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const { account } = content.choices;
  if (account.length === 0) return null;
  return (
    <kit.Section title={t("mapping.account.title")} description={t("mapping.account.description")}>
      <PartFields
        part={form.account}
        roles={PERSON_ROLES}
        phoneHint="mapping.account.phone.hint"
        attributes={account}
        at="/account"
        wrongAt={wrongAt}
        onChange={(place, change) =>
          edit(place, (before) => ({ ...before, account: change(before.account) }))
        }
      />
    </kit.Section>
  );
}

interface PartFieldsProps extends Pick<Editing, "wrongAt"> {
  readonly part: PartForm;
  readonly roles: readonly OrderRole[];
  readonly phoneHint: "mapping.attribute.phone.hint" | "mapping.account.phone.hint";
  readonly attributes: readonly ContentAttribute[];
  /** The pointer to the part in the mapping. */
  readonly at: string;
  onChange(place: string, change: (before: PartForm) => PartForm): void;
}

function PartFields(props: PartFieldsProps) {
  return (
    <>
      <Phones {...props} />
      {props.roles.map((role) => (
        <RoleFields key={role} role={role} {...props} />
      ))}
    </>
  );
}

function Phones({ part, phoneHint, attributes, at, wrongAt, onChange }: PartFieldsProps) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  return part.phones.map((path, position) => (
    <kit.Select
      // Which place is the first to look is what a row is.
      // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity.
      key={position}
      label={
        position === 0
          ? t("mapping.attribute.phone")
          : t("mapping.attribute.otherPhone", { position: position + 1 })
      }
      description={t(position === 0 ? phoneHint : "mapping.attribute.otherPhone.hint")}
      value={path}
      options={attributeOptions(i18n, attributes, "phone", path)}
      error={wrongAt(`${at}/phone/${position}`) ?? (position === 0 ? wrongAt(`${at}/phone`) : undefined)}
      onChange={(chosen) =>
        onChange(`${at}/phone`, (before) => ({
          ...before,
          phones: withPhone(before.phones, position, chosen),
        }))
      }
    />
  ));
}

/** Which attribute it is and, for what can be the same in every entry, the value for all where it is none. */
function RoleFields(props: PartFieldsProps & { role: OrderRole }) {
  const { role, part, attributes, at, wrongAt, onChange } = props;
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const path = part.attributes[role];
  const hasValue = isForAll(role) && path === "";
  const wrong = wrongAt(`${at}/${role}`) ?? wrongAt(`${at}/${role}/attribute`);
  return (
    <>
      <kit.Select
        label={t(`mapping.attribute.${role}`)}
        description={t(`mapping.attribute.${role}.hint`)}
        value={path}
        options={attributeOptions(i18n, attributes, role, path)}
        error={hasValue ? undefined : wrong}
        onChange={(chosen) =>
          onChange(`${at}/${role}`, (before) => ({
            ...before,
            attributes: { ...before.attributes, [role]: chosen },
          }))
        }
      />
      {isForAll(role) && hasValue && (
        <kit.TextField
          label={t(`mapping.value.${role}`)}
          description={t(`mapping.value.${role}.hint`)}
          value={part.values[role]}
          error={wrongAt(`${at}/${role}/value`) ?? wrong}
          onChange={(value) =>
            onChange(`${at}/${role}`, (before) => ({
              ...before,
              values: { ...before.values, [role]: value },
            }))
          }
        />
      )}
    </>
  );
}

function isForAll(role: OrderRole): role is "country" | "currency" {
  return role === "country" || role === "currency";
}
