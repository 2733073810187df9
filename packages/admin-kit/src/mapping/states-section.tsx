import { useAdmin } from "../admin/admin-context.ts";
import type { Editing } from "./editing.ts";
import type { StateRow } from "./mapping-form.ts";
import { statePointer } from "./mapping-problems.ts";
import { eventOptions } from "./mapping-view.ts";

/** Which change of an entry is which event: one row for coming to be, and one for each state. */
export function StatesSection(editing: Editing) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const { form, content, attributes, wrongAt, edit } = editing;
  const attribute = attributes.find(({ path }) => path === form.order.attributes.state);
  const isAnyText = attribute !== undefined && attribute.values === undefined;
  return (
    <kit.Section title={t("mapping.states.title")} description={t("mapping.states.description")}>
      <kit.Select
        label={t("mapping.created")}
        value={form.created}
        options={eventOptions(i18n, content)}
        error={wrongAt("/order/created")}
        onChange={(created) => edit("/order/created", (before) => ({ ...before, created }))}
      />
      {form.states.map((row, position) => (
        // Rows are added at the end only, and what a row says is what changes.
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity.
        <StateFields key={position} row={row} position={position} isAnyText={isAnyText} {...editing} />
      ))}
      {isAnyText && (
        <kit.Stack direction="row">
          <kit.Button
            onSelect={() =>
              edit("/order/states", (before) => ({
                ...before,
                states: [...before.states, { state: "", event: "" }],
              }))
            }
          >
            {t("mapping.state.add")}
          </kit.Button>
        </kit.Stack>
      )}
    </kit.Section>
  );
}

interface StateFieldsProps extends Editing {
  readonly row: StateRow;
  readonly position: number;
  /** The state is a text that the merchant writes, not one of some values. */
  readonly isAnyText: boolean;
}

function StateFields({ row, position, isAnyText, content, wrongAt, edit }: StateFieldsProps) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const wrong = row.event === "" ? undefined : wrongAt(statePointer(row.state));
  const change = (changed: Partial<StateRow>) =>
    edit("/order/states", (before) => ({
      ...before,
      states: before.states.map((one, at) => (at === position ? { ...one, ...changed } : one)),
    }));
  const event = (label: string, error?: string) => (
    <kit.Select
      label={label}
      value={row.event}
      options={eventOptions(i18n, content)}
      error={error}
      onChange={(chosen) => change({ event: chosen })}
    />
  );
  if (!isAnyText) return event(t("mapping.state.becomes", { state: row.state }), wrong);
  return (
    <kit.Stack direction="row">
      <kit.TextField
        label={t("mapping.state", { position: position + 1 })}
        value={row.state}
        error={wrong}
        onChange={(state) => change({ state })}
      />
      {event(t("mapping.state.event", { position: position + 1 }))}
    </kit.Stack>
  );
}
