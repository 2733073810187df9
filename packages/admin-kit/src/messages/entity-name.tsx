import type { MessageSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { entityLabel } from "./message-view.ts";

/** Longer ones, such as an id of the host's, may wrap. */
const ONE_LINE_CHARACTERS_MAX = 24;

/** `Order #1001`, on one line. */
export function EntityName({ entity }: { entity: MessageSummary["entity"] }) {
  const name = entityLabel(useAdmin().i18n, entity);
  if (name.length > ONE_LINE_CHARACTERS_MAX) return name;
  return <span style={{ whiteSpace: "nowrap" }}>{name}</span>;
}
