import type { Actor, AuditFact } from "../audit/index.ts";
import { canonicalJson } from "../kernel/json.ts";
import { type Keys, seal } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import { dueAt, type NewPrivacyRequest, type PrivacyRequest } from "./request.ts";
import {
  contactsOfEntities,
  insertRequest,
  requestsOf,
  restrictContacts,
  restrictSource,
} from "./requests-store.ts";

/** Requests that the law gives people, visible until they are done, and the restriction that begins with an erasure's. */
export interface PrivacyRequests {
  list(workspaceId: string): Promise<PrivacyRequest[]>;
  /** Opens it in this transaction and answers the facts that its caller appends last; none where it was opened before. */
  open(tx: Db, by: Actor, request: NewPrivacyRequest): Promise<AuditFact[]>;
  /** Nobody of them is written to from this transaction on. */
  restrict(
    tx: Db,
    by: Actor,
    request: NewPrivacyRequest,
    who: { readonly contactIds: readonly string[] } | { readonly source: string },
  ): Promise<AuditFact[]>;
  /** Whom the events about these orders and accounts of a source were for. */
  peopleOf(
    on: Db,
    workspaceId: string,
    source: string,
    of: { readonly orderRefs: readonly string[]; readonly accountRefs: readonly string[] },
  ): Promise<string[]>;
}

export function createPrivacyRequests({
  db,
  keys,
}: {
  readonly db: Db;
  readonly keys: Keys;
}): PrivacyRequests {
  return {
    list: (workspaceId) => requestsOf(db, workspaceId),

    async open(tx, by, request) {
      const key = (await keys.workspace(request.workspaceId)).seal;
      const place = `privacy_requests.person|${request.workspaceId}|${request.requestId}`;
      const personSealed = seal(key, place, canonicalJson(request.person));
      const isNew = await insertRequest(tx, { ...request, dueAt: dueAt(request.receivedAt), personSealed });
      return isNew ? [fact(by, "privacy_request.opened", request, request.kind)] : [];
    },

    async restrict(tx, by, request, who) {
      if ("source" in who) {
        const count = await restrictSource(tx, request, who.source);
        return [fact(by, "privacy_request.restricted", request, `contacts ${count}`)];
      }
      const contactIds = await restrictContacts(tx, request, who.contactIds);
      return contactIds.map((subjectId) => ({
        actor: by,
        action: "contact.restricted",
        object: { type: "contact", id: subjectId },
        outcome: request.kind,
        subjectId,
      }));
    },

    peopleOf: contactsOfEntities,
  };
}

function fact(by: Actor, action: string, { requestId }: NewPrivacyRequest, outcome: string): AuditFact {
  return { actor: by, action, object: { type: "privacy_request", id: requestId }, outcome };
}
