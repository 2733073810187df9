import { createHash } from "node:crypto";
import type { Actor, Audit } from "../audit/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import type { Db } from "../storage/index.ts";
import { insertWordings, type WordingRow, wordingsOf } from "./consent-store.ts";
import type { ConsentPurpose, WordingRef } from "./record.ts";

/** The words beside a box, kept with their hash as long as a record cites them. */
export interface Wording extends WordingRef {
  readonly purpose: ConsentPurpose;
  readonly text: string;
}

/** A wording with the moment it was written down: nobody agreed to it before. */
export interface KeptWording extends Wording {
  readonly createdAt: Date;
}

/** The words that people agree to. They are only ever added: a changed text is a new version. */
export interface Wordings {
  list(workspaceId: string, on?: Db): Promise<KeptWording[]>;
  /** Keeps one that somebody wrote. The same again changes nothing. @throws WebxkeyError `conflict` for other words under its name. */
  create(by: Actor, workspaceId: string, wording: Wording): Promise<KeptWording>;
  /** Keeps those of the installation. @throws WebxkeyError `invalid_configuration` for other words under a name. */
  keepConfigured(workspaceId: string, wordings: readonly Wording[], on?: Db): Promise<void>;
}

export function createWordings({
  db,
  audit,
  clock,
}: {
  readonly db: Db;
  readonly audit: Audit;
  readonly clock: Clock;
}): Wordings {
  /** Inserts what is new and answers all that are kept under these names, whoever was first. */
  async function keep(on: Db, workspaceId: string, wordings: readonly Wording[]): Promise<KeptWording[]> {
    const createdAt = clock.now();
    await insertWordings(
      on,
      workspaceId,
      wordings.map(({ id, version, language, purpose, text }) => ({
        wording_id: id,
        version,
        language,
        purpose,
        body: text,
        body_sha256: createHash("sha256").update(text).digest(),
        created_at: createdAt,
      })),
    );
    const names = new Set(wordings.map(wordingName));
    return (await list(workspaceId, on)).filter((kept) => names.has(wordingName(kept)));
  }

  async function list(workspaceId: string, on = db): Promise<KeptWording[]> {
    return (await wordingsOf(on, workspaceId)).map(keptWordingOf);
  }

  return {
    list,

    async create(by, workspaceId, wording) {
      return await db.transaction().execute(async (tx) => {
        const before = (await list(workspaceId, tx)).some((one) => wordingName(one) === wordingName(wording));
        const [kept] = await keep(tx, workspaceId, [wording]);
        if (!kept) throw new WebxkeyError("internal", { detail: "A wording could not be stored." });
        if (!isSame(kept, wording)) throw otherWords("conflict", wording);
        if (!before) {
          const object = { type: "wording", id: wordingName(wording) };
          await audit.append(tx, workspaceId, [
            { actor: by, action: "wording.created", object, outcome: wording.purpose },
          ]);
        }
        return kept;
      });
    },

    async keepConfigured(workspaceId, wordings, on = db) {
      const kept = new Map(
        (await keep(on, workspaceId, wordings)).map((one) => [wordingName(one), one] as const),
      );
      for (const wording of wordings) {
        const before = kept.get(wordingName(wording));
        if (before && !isSame(before, wording)) throw otherWords("invalid_configuration", wording);
      }
    },
  };
}

/** `checkout@2 (en)` */
export function wordingName({ id, version, language }: WordingRef): string {
  return `${id}@${version} (${language})`;
}

/** The words under this name are others. */
export function otherWords(code: "conflict" | "invalid_configuration", wording: WordingRef): WebxkeyError {
  return new WebxkeyError(code, {
    detail: `The consent wording ${wordingName(wording)} has other words or another purpose already. People agreed to those: give the new text a new version.`,
  });
}

function isSame(one: Wording, other: Wording): boolean {
  return one.text === other.text && one.purpose === other.purpose;
}

function keptWordingOf(row: WordingRow): KeptWording {
  return {
    id: row.wording_id,
    version: row.version,
    language: row.language,
    purpose: row.purpose as ConsentPurpose,
    text: row.body,
    createdAt: row.created_at,
  };
}
