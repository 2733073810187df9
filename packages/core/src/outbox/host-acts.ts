import { parsePhone } from "../kernel/phone.ts";
import type { ConsentFieldChange, HostEntity, Messaging } from "../messaging.ts";
import { cancelAboutDeleted } from "./cancel.ts";
import { phoneBinding } from "./consent-claims.ts";
import { type ConsentEditPorts, recordConsentEdit } from "./consent-edits.ts";

/** What the host does by itself, beside publishing: each for the engine's own workspace. */
export function createHostActs(
  ports: ConsentEditPorts,
  workspaceId: string,
): Pick<Messaging, "withdraw" | "recordConsentEdit" | "bindPhone" | "noteConsentField"> {
  const { db, audit, keys } = ports;
  return {
    withdraw: (entity: HostEntity) => cancelAboutDeleted({ db, audit }, workspaceId, entity),
    recordConsentEdit: (order, consents) => recordConsentEdit(ports, workspaceId, order, consents),

    async bindPhone(e164) {
      const phone = parsePhone(e164);
      return phoneBinding((await keys.workspace(workspaceId)).lookup, phone.ok ? phone.e164 : e164);
    },

    async noteConsentField({ userId, source, before, after }: ConsentFieldChange) {
      const object = { type: "host", id: source };
      await db.transaction().execute((tx) =>
        audit.append(tx, workspaceId, [
          {
            actor: { type: "user", id: userId },
            action: "consent_field.changed",
            object,
            outcome: after === null ? "none" : "mapped",
            detail: { before, after },
          },
        ]),
      );
    },
  };
}
