import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { isUuid } from "../kernel/ids.ts";
import type { Db } from "../storage/index.ts";
import { connectionsOf, type SealedConnection } from "./connections-store.ts";
import { detailed } from "./consent-fields.ts";

interface Changing<Answer> {
  readonly action: string;
  readonly outcome: (connection: SealedConnection) => string;
  readonly detail?: (connection: SealedConnection) => AuditFact["detail"];
  readonly make: (tx: Db, connection: SealedConnection) => Promise<Answer>;
}

/** Changes a connection, locked, with an audit entry in the same transaction. @throws WebxkeyError `not_found`. */
export async function changeConnection<Answer>(
  { db, audit }: { readonly db: Db; readonly audit: Audit },
  by: Actor,
  workspaceId: string,
  connectionId: string,
  { action, outcome, detail, make }: Changing<Answer>,
): Promise<Answer> {
  return await db.transaction().execute(async (tx) => {
    const connection = await connectionOf(tx, workspaceId, connectionId, { lock: true });
    const answer = await make(tx, connection);
    const object = { type: "connection", id: connection.connectionId };
    await audit.append(tx, workspaceId, [
      { actor: by, action, object, outcome: outcome(connection), ...detailed(detail?.(connection)) },
    ]);
    return answer;
  });
}

/** @throws WebxkeyError `not_found`. */
export async function connectionOf(
  on: Db,
  workspaceId: string,
  connectionId: string,
  which: { readonly lock?: true } = {},
): Promise<SealedConnection> {
  const [connection] = isUuid(connectionId)
    ? await connectionsOf(on, workspaceId, { connectionId, ...which })
    : [];
  if (!connection) throw new WebxkeyError("not_found", { detail: "There is no such connection." });
  return connection;
}
