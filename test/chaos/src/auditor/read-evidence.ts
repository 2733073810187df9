import type { GraphSimulator } from "@webxkey/testing";
import type { Query } from "../database.ts";
import type { AttemptRow, Evidence, MessageRow } from "./judge.ts";

const MARK = /^v1\.(.+)$/;
const PAGE = 10_000;

/** Reads both sides once the run is quiet: what Meta took, and what the engine wrote down. */
export async function readEvidence(
  simulator: GraphSimulator,
  query: Query,
  acknowledged: readonly string[],
): Promise<Evidence> {
  const acceptances = await acceptedAll(simulator);
  const posts = (await simulator.requests()).flatMap(({ callbackData }) =>
    callbackData === undefined ? [] : [attemptOf(callbackData) ?? callbackData],
  );
  if (posts.length < acceptances.length)
    throw new Error(
      `The simulator names ${posts.length} sends and took ${acceptances.length}: the truth is not whole.`,
    );
  const messages = await query<MessageRow>(
    `select message_id as "messageId", state, reason_code as reason from webxkey.messages`,
  );
  const attempts = await query<AttemptRow>(
    `select attempt_id as "attemptId", message_id as "messageId", outcome from webxkey.attempts`,
  );
  // However the report is worded, it is an entry of the audit about this message.
  const flagged = await query<{ id: string }>(
    `select distinct object_id as id from webxkey.audit_entries
     where object_type = 'message' and (action like '%duplicate%' or outcome like '%duplicate%')`,
  );
  return {
    acknowledged,
    messages,
    attempts,
    acceptances,
    posts,
    flagged: new Set(flagged.map(({ id }) => id)),
  };
}

async function acceptedAll(simulator: GraphSimulator): Promise<Evidence["acceptances"]> {
  const { counts } = await simulator.state();
  if (counts.forgotten > 0)
    throw new Error(`The simulator forgot ${counts.forgotten} messages: the truth is not whole.`);
  const all: { wamid: string; attemptId: string | undefined }[] = [];
  for (let skip = 0; ; skip += PAGE) {
    const page = await simulator.accepted({ skip, limit: PAGE });
    all.push(
      ...page.map(({ wamid, callbackData }) => ({
        wamid,
        attemptId: callbackData && attemptOf(callbackData),
      })),
    );
    if (page.length < PAGE) break;
  }
  if (all.length !== counts.accepted)
    throw new Error(`The simulator counts ${counts.accepted} messages and lists ${all.length}.`);
  return all;
}

function attemptOf(callbackData: string): string | undefined {
  return MARK.exec(callbackData)?.[1];
}
