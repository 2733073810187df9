import type { Generated } from "kysely";
import type { Bytes } from "./access-tables.ts";

/** People, and what they are known by. */
export interface ContactTables {
  "webxkey.contacts": {
    workspace_id: string;
    contact_id: string;
    created_at: Generated<Date>;
  };
  "webxkey.contact_identities": {
    workspace_id: string;
    kind: "phone" | "bsuid" | "psid" | "igsid";
    lookup: Bytes;
    contact_id: string;
    sealed: Bytes;
    first_seen: Generated<Date>;
  };
  "webxkey.shared_identities": {
    workspace_id: string;
    kind: "phone" | "bsuid" | "psid" | "igsid";
    lookup: Bytes;
    contact_id: string;
    first_seen: Generated<Date>;
  };
  "webxkey.contact_restrictions": {
    workspace_id: string;
    contact_id: string;
    request_id: string;
    since: Date;
  };
  "webxkey.number_changes": {
    workspace_id: string;
    contact_id: string;
    successor_id: string;
    changed_at: Date;
  };
}
