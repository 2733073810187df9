import { phoneVariants } from "../kernel/phone-variants.ts";
import { keyedHash, type WorkspaceKeys } from "../keys/index.ts";
import type { Identity, IdentityKind } from "./identity.ts";

/**
 * An identity as it is looked up. All ways of writing a phone number share one hash, that of the canonical way, so that two
 * processes which meet them at once still store one person.
 */
export interface HashedIdentity {
  readonly kind: IdentityKind;
  readonly lookup: Buffer;
  /** Kind and hash as one text, to be compared by. */
  readonly name: string;
  readonly value: string;
  /** Hashes under which earlier versions stored the same number. */
  readonly older: readonly { readonly kind: IdentityKind; readonly lookup: Buffer; readonly name: string }[];
}

export function hashIdentity(key: WorkspaceKeys["lookup"], { kind, value }: Identity): HashedIdentity {
  const text = value.reveal();
  const [canonical, ...others] = kind === "phone" ? phoneVariants(text) : [text];
  const hashOf = (written: string) => {
    const lookup = keyedHash(key, `identity.${kind}`, written);
    return { kind, lookup, name: nameOfIdentity(kind, lookup) };
  };
  return { ...hashOf(canonical), value: text, older: others.map(hashOf) };
}

export function nameOfIdentity(kind: IdentityKind, lookup: Uint8Array): string {
  return `${kind}:${Buffer.from(lookup).toString("base64")}`;
}

/** Where an identity's sealed value may stand. */
export function placeOfIdentity(workspaceId: string, kind: IdentityKind, lookup: Uint8Array): string {
  return `contact_identities.sealed|${workspaceId}|${nameOfIdentity(kind, lookup)}`;
}

/** Two ways of writing one identity. */
export function isSameIdentity(one: Identity, other: Identity): boolean {
  return one.kind === other.kind && canonicalOf(one) === canonicalOf(other);
}

function canonicalOf({ kind, value }: Identity): string {
  return kind === "phone" ? phoneVariants(value.reveal())[0] : value.reveal();
}
