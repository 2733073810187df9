import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { isUuid } from "../kernel/ids.ts";
import { canonicalJson } from "../kernel/json.ts";
import { type Keys, open, seal } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";
import {
  dueAt,
  isOverdue,
  type NewPrivacyRequest,
  type PrivacyPerson,
  type PrivacyRequest,
  type ShownPrivacyRequest,
} from "./request.ts";
import {
  contactsOfEntities,
  insertRequest,
  requestsOf,
  restrictContacts,
  restrictSource,
  type SealedRequest,
  writeAnswer,
} from "./requests-store.ts";

/** Requests that the law gives people, visible until they are done, and the restriction that begins with an erasure's. */
export interface PrivacyRequests {
  /** What is open first, and of that what is due first; nobody's name. */
  list(workspaceId: string): Promise<PrivacyRequest[]>;
  /** With whom it is about. To look is itself in the audit. @throws WebxkeyError `not_found`. */
  show(by: Actor, workspaceId: string, requestId: string): Promise<ShownPrivacyRequest>;
  /**
   * Closes a wish to know: somebody gave the person what is kept of them.
   *
   * @param note what was given, how and to whom; kept sealed.
   * @throws WebxkeyError `not_found`; `conflict` for one that was answered, and for a wish to be erased, which only erasing closes.
   */
  answer(by: Actor, workspaceId: string, requestId: string, note: string): Promise<ShownPrivacyRequest>;
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

export interface PrivacyPorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly clock: Clock;
  /** Told before a restriction commits, so that what is on its way to the person stops too. */
  readonly stops: { begin(tx: Db, workspaceId: string, contactIds: readonly string[]): Promise<void> };
}

export function createPrivacyRequests({ db, keys, audit, clock, stops }: PrivacyPorts): PrivacyRequests {
  async function found(on: Db, workspaceId: string, requestId: string): Promise<SealedRequest> {
    const [request] = isUuid(requestId) ? await requestsOf(on, workspaceId, requestId) : [];
    if (request) return request;
    throw new WebxkeyError("not_found", { detail: "There is no such privacy request." });
  }

  async function opened(workspaceId: string, request: SealedRequest): Promise<ShownPrivacyRequest> {
    const key = (await keys.workspace(workspaceId)).seal;
    const { personSealed, answeredAt: at, answeredBy: by, answerSealed } = request;
    const person = open(key, placeOf("person", workspaceId, request), personSealed).toString();
    const note = answerSealed && open(key, placeOf("answer", workspaceId, request), answerSealed).toString();
    return {
      ...listed(request),
      person: JSON.parse(person) as PrivacyPerson,
      answer: at && by !== null && note !== null ? { by, at, note } : null,
    };
  }

  function listed(request: SealedRequest): PrivacyRequest {
    const { personSealed: _, answeredBy: __, answerSealed: ___, ...shown } = request;
    return { ...shown, overdue: isOverdue(request, clock.now()) };
  }

  return {
    list: async (workspaceId) => (await requestsOf(db, workspaceId)).map(listed),

    async show(by, workspaceId, requestId) {
      const request = await db.transaction().execute(async (tx) => {
        const one = await found(tx, workspaceId, requestId);
        await audit.append(tx, workspaceId, [fact(by, "privacy_request.shown", one, one.kind)]);
        return one;
      });
      return await opened(workspaceId, request);
    },

    async answer(by, workspaceId, requestId, note) {
      const key = (await keys.workspace(workspaceId)).seal;
      const answered = await db.transaction().execute(async (tx) => {
        const request = await found(tx, workspaceId, requestId);
        if (request.kind !== "access") throw new WebxkeyError("conflict", { detail: ONLY_ERASING });
        const answer = {
          at: clock.now(),
          by: by.id ?? by.type,
          sealed: seal(key, placeOf("answer", workspaceId, request), note),
        };
        if (!(await writeAnswer(tx, workspaceId, requestId, answer)))
          throw new WebxkeyError("conflict", { detail: "This request was answered before." });
        await audit.append(tx, workspaceId, [fact(by, "privacy_request.answered", request, request.kind)]);
        return await found(tx, workspaceId, requestId);
      });
      return await opened(workspaceId, answered);
    },

    async open(tx, by, request) {
      const key = (await keys.workspace(request.workspaceId)).seal;
      const personSealed = seal(
        key,
        placeOf("person", request.workspaceId, request),
        canonicalJson(request.person),
      );
      const isNew = await insertRequest(tx, { ...request, dueAt: dueAt(request.receivedAt), personSealed });
      return isNew ? [fact(by, "privacy_request.opened", request, request.kind)] : [];
    },

    async restrict(tx, by, request, who) {
      if ("source" in who) {
        const restricted = await restrictSource(tx, request, who.source);
        await stops.begin(tx, request.workspaceId, restricted);
        return [fact(by, "privacy_request.restricted", request, `contacts ${restricted.length}`)];
      }
      await stops.begin(tx, request.workspaceId, who.contactIds);
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

/** Nobody can say by hand that somebody is forgotten. */
const ONLY_ERASING =
  "A wish to be erased is closed by erasing alone, which this version cannot do yet. Until then it stays open, and nobody of it is written to.";

type RequestId = Pick<PrivacyRequest, "requestId">;

function placeOf(what: "person" | "answer", workspaceId: string, { requestId }: RequestId): string {
  return `privacy_requests.${what}|${workspaceId}|${requestId}`;
}

function fact(by: Actor, action: string, { requestId }: RequestId, outcome: string): AuditFact {
  return { actor: by, action, object: { type: "privacy_request", id: requestId }, outcome };
}
