import type { ApiKey } from "../../access/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import type { KeySummary } from "./contract.ts";

export function keyRoutes(ports: Pick<ApiPorts, "apiKeys">) {
  return {
    list: os.keys.list.use(needs("key:read")).handler(async ({ context: { member } }) => {
      return { keys: (await ports.apiKeys.list(member)).map(keySummaryOf) };
    }),
    create: os.keys.create.use(needs("key:create")).handler(async ({ context: { member }, input }) => {
      const { expires_in_days: days, ...wish } = input;
      const created = await ports.apiKeys.create(member, { ...wish, days });
      return {
        ...keyFieldsOf(created),
        key: created.key.reveal(),
        signing_secret: created.signingSecret?.reveal() ?? null,
      };
    }),
    revoke: os.keys.revoke
      .use(needs("key:revoke"))
      .handler(async ({ context: { member }, input }) =>
        keySummaryOf(await ports.apiKeys.revoke(member, input.key_id)),
      ),
  };
}

function keyFieldsOf({ keyId, kind, name, scopes, expiresAt }: ApiKey) {
  return {
    key_id: keyId,
    kind,
    name,
    scopes: [...scopes],
    expires_at: expiresAt?.toISOString() ?? null,
  };
}

function keySummaryOf(key: ApiKey): KeySummary {
  return {
    ...keyFieldsOf(key),
    user_id: key.userId,
    created_at: key.createdAt.toISOString(),
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
  };
}
