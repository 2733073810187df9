import type { Secret } from "@webxkey/core";
import { type EngineSettings, type Read, readEngineSettings, readKeyPlace } from "./env.ts";
import { readRootKey, rootKeyFile } from "./root-key.ts";

export type CompleteSettings = EngineSettings & { readonly rootKey: Secret };

/** The environment and the root key's file together, so that every problem of a start is told at once. */
export async function readSettings(): Promise<Read<CompleteSettings>> {
  const read = await readEngineSettings();
  const place = readKeyPlace();
  const fromFile = place.inEnvironment ? undefined : await readRootKey(rootKeyFile(place.dataDir));
  const keyProblems = fromFile && "problem" in fromFile ? [fromFile.problem] : [];
  if (read.problems) return { problems: [...read.problems, ...keyProblems] };
  const rootKey = read.settings.rootKey ?? fromFile;
  if (!rootKey || "problem" in rootKey) return { problems: keyProblems };
  return { settings: { ...read.settings, rootKey } };
}
