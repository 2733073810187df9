import { type Keys, keyedHash } from "../keys/index.ts";
import type { Db } from "../storage/index.ts";

const ADDRESS_BYTES = 16;
const ADDRESS_TEXT = /^[A-Za-z0-9_-]{22}$/;

/**
 * Each Meta app has a webhook address of its own. It names the app before the body is read, so that one app's secret is tried
 * and not those of all, and strangers who do not know it cannot make this installation read anything.
 *
 * An address is a keyed hash of the app's id. It needs no table, and connecting a number again, here or in another workspace,
 * gives Meta the same one: Meta keeps one address per account and app.
 */
export interface WebhookAddresses {
  urlOf(appId: string): Promise<string>;
  /** Undefined for an address of no app that is connected. */
  appAt(address: string): Promise<string | undefined>;
}

export function createWebhookAddresses({
  db,
  keys,
  webhookUrl,
}: {
  readonly db: Db;
  readonly keys: Keys;
  readonly webhookUrl: string;
}): WebhookAddresses {
  /** An address never comes to mean another app. Whether the app still has a secret is asked for each body. */
  const known = new Map<string, string>();

  async function addressOf(appId: string): Promise<string> {
    const { lookup } = await keys.installation();
    const address = keyedHash(lookup, "webhook.address", appId)
      .subarray(0, ADDRESS_BYTES)
      .toString("base64url");
    known.set(address, appId);
    return address;
  }

  return {
    urlOf: async (appId) => `${webhookUrl}/${await addressOf(appId)}`,

    async appAt(address) {
      if (!ADDRESS_TEXT.test(address)) return undefined;
      if (known.has(address)) return known.get(address);
      const apps = await db
        .selectFrom("webxkey.secrets")
        .select("ref")
        .distinct()
        .where("name", "=", "app_secret")
        .execute();
      for (const { ref } of apps) await addressOf(ref);
      return known.get(address);
    },
  };
}
