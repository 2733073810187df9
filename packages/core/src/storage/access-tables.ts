import type { ColumnType, Generated } from "kysely";

/** pg answers Buffers, PGlite plain Uint8Arrays; both take a Buffer. */
export type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;

/** Workspaces, and who comes into them. */
export interface AccessTables {
  "webxkey.workspaces": {
    workspace_id: string;
    name: string;
    installed_at: Generated<Date>;
    burst_per_hour: number | null;
    language: string | null;
    stop_covers_security: Generated<boolean>;
    security_notices_per_hour: Generated<number>;
  };
  "webxkey.members": {
    workspace_id: string;
    user_id: string;
    role: string;
    subject_id: string;
    since: Generated<Date>;
  };
  "webxkey.api_keys": {
    workspace_id: string;
    key_id: string;
    kind: "service" | "personal";
    name: string;
    user_id: string | null;
    scopes: string[];
    signing_sealed: ColumnType<Uint8Array | null, Uint8Array | null, Uint8Array | null>;
    created_at: Date;
    expires_at: Date | null;
    last_used_at: Date | null;
    revoked_at: Date | null;
  };
  "webxkey.api_key_hashes": {
    key_hash: Bytes;
    workspace_id: string;
    key_id: string;
  };
  "webxkey.invitations": {
    workspace_id: string;
    invitation_id: string;
    user_id: string;
    role: string;
    invited_by: string;
    created_at: Date;
    expires_at: Date;
    accepted_at: Date | null;
    revoked_at: Date | null;
  };
  "webxkey.invitation_hashes": {
    invitation_hash: Bytes;
    workspace_id: string;
    invitation_id: string;
  };
}
