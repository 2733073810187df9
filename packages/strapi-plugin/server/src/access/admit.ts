import { type Caller, type Role, WebxkeyError } from "@webxkey/core";
import { type Standing, setRole, standingOf } from "@webxkey/host-kit";
import type { Runtime } from "../engine/runtime.ts";

/**
 * Brings somebody's role in the engine into line with what Strapi's permissions say now, so that a permission that was given or
 * taken away holds from the next request on. The configured owner stays the owner.
 *
 * @throws WebxkeyError `forbidden` for somebody whom Strapi gives no role.
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
  if (owner !== undefined && standing?.role !== wanted) await setRole(engine, owner, userId, wanted ?? null);
  const admitted = wanted && (await standingOf(engine, userId));
  if (admitted) return admitted;
  throw new WebxkeyError("forbidden", {
    detail: "Ask an administrator of Strapi to give your role a permission of the WhatsApp plugin.",
  });
}
