import type { Audit } from "../audit/index.ts";
import { parsePhone } from "../kernel/phone.ts";
import type { Keys } from "../keys/index.ts";
import type { ConsentFieldChange, HostEntity, Messaging } from "../messaging.ts";
import type { Db } from "../storage/index.ts";
import { cancelAboutDeleted } from "./cancel.ts";
import { phoneBinding } from "./consent-claims.ts";

/** What the host does by itself, beside publishing: each for the engine's own workspace. */
export function createHostActs(
  { db, audit, keys }: { readonly db: Db; readonly audit: Audit; readonly keys: Keys },
  workspaceId: string,
): Pick<Messaging, "withdraw" | "bindPhone" | "noteConsentField"> {
  return {
    withdraw: (entity: HostEntity) => cancelAboutDeleted({ db, audit }, workspaceId, entity),

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
