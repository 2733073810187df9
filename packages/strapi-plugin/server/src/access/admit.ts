import { type Caller, isWebxkeyError, type Role, WebxkeyError } from "@webxkey/core";
import { type Standing, setRole, standingOf } from "@webxkey/host-kit";
import type { Runtime } from "../engine/runtime.ts";

/**
 * Brings somebody's role in the engine into line with what Strapi's permissions say now, so that a permission that was given or
 * taken away holds from the next request on. Nobody is let in with another role than Strapi gives; the configured owner stays the
 * owner.
 *
 * @throws WebxkeyError `forbidden` for somebody whom Strapi gives no role, and where their role could not be brought into line.
 */
export async function admit(
  { messaging, ownerId }: Pick<Runtime, "messaging" | "ownerId">,
  { userId }: Caller,
  wanted: Role | undefined,
): Promise<Standing> {
  const owner = await ownerId();
  const engine = await messaging();
  const standing = await standingOf(engine, userId);
  if (standing?.role === "owner") return standing;
  if (standing?.role !== wanted) {
    if (owner === undefined) throw notInLine("The plugin's `owner` is no user of this Strapi.");
    await setRole(engine, owner, userId, wanted ?? null).catch((error: unknown) => {
      if (isWebxkeyError(error) && error.code === "forbidden") throw notInLine(error.message);
      throw error;
    });
  }
  if (wanted === undefined) {
    throw new WebxkeyError("forbidden", {
      detail: "Ask an administrator of Strapi to give your role a permission of the WhatsApp plugin.",
    });
  }
  const admitted = await standingOf(engine, userId);
  if (admitted?.role === wanted) return admitted;
  throw notInLine("It was changed by somebody else at the same moment: try again.");
}

function notInLine(reason: string): WebxkeyError {
  return new WebxkeyError("forbidden", {
    detail: `Your role here could not be brought into line with Strapi's permissions. ${reason} Ask whoever configures the plugin: its \`owner\` has to be an owner here.`,
  });
}
