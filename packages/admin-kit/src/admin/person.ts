import type { Person } from "../client/host-client.ts";

/** `Ann Lee (ann@shop.example)`, or what is known of it; nothing for somebody whom the host no longer knows. */
export function nameAndEmail({ name, email }: Person): string {
  if (name === null || email === null) return name ?? email ?? "";
  return `${name} (${email})`;
}
