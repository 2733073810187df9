import { type ErrorCode, isWebxkeyError, type Messaging, WebxkeyError } from "@webxkey/core";

/** The engine looks at path and query only. */
const ENGINE_ORIGIN = "http://engine.invalid";

/** The id of a user of the host who is named by e-mail address or by id; undefined while there is none. */
export type FindUserId = (named: string) => Promise<string | undefined>;

/** What a user is here, as the engine's own table says. */
export interface Standing {
  readonly role: string;
  readonly rights: readonly string[];
}

/**
 * Undefined for a stranger.
 *
 * @throws WebxkeyError with what the engine said where it could not look, such as `storage_unavailable`: that makes nobody a stranger.
 */
export async function standingOf(engine: Messaging, userId: string): Promise<Standing | undefined> {
  try {
    return (await ask(engine, userId, "GET", "/v1/me")) as Standing;
  } catch (error) {
    if (isWebxkeyError(error) && error.code === "forbidden") return undefined;
    throw error;
  }
}

/** What a user may do; nothing for a stranger. */
export async function rightsOf(engine: Messaging, userId: string): Promise<readonly string[]> {
  return (await standingOf(engine, userId))?.rights ?? [];
}

export interface ListedMember {
  readonly user_id: string;
  readonly role: string;
  readonly since: string;
}

/** Who has a role. @throws WebxkeyError `forbidden` for somebody who may not see that. */
export async function listMembers(engine: Messaging, byUserId: string): Promise<readonly ListedMember[]> {
  const { members } = (await ask(engine, byUserId, "GET", "/v1/members")) as { members: ListedMember[] };
  return members;
}

/**
 * Gives a user a role, or takes it away with null, in the name of somebody who may. Somebody who had none already is left so.
 *
 * @throws WebxkeyError with the engine's reason where the role was not changed, such as `forbidden`.
 */
export async function setRole(
  engine: Messaging,
  byUserId: string,
  userId: string,
  role: string | null,
): Promise<void> {
  const path = `/v1/members/${encodeURIComponent(userId)}`;
  if (role !== null) {
    await ask(engine, byUserId, "PUT", path, { role });
    return;
  }
  try {
    await ask(engine, byUserId, "DELETE", path);
  } catch (error) {
    if (!isWebxkeyError(error) || error.code !== "not_found") throw error;
  }
}

/** Asks the engine in a user's name. @throws WebxkeyError with the engine's own reason for every answer that is no success. */
async function ask(
  engine: Messaging,
  userId: string,
  method: "GET" | "PUT" | "DELETE",
  path: string,
  body?: object,
): Promise<unknown> {
  const request = new Request(new URL(path, ENGINE_ORIGIN), {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const answer = await engine.handler(request, { userId });
  const answered: unknown = await answer.json();
  if (answer.ok) return answered;
  const { code, detail } = answered as { code: ErrorCode; detail: string };
  throw new WebxkeyError(code, { detail });
}
