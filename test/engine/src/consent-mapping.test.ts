import { expect, test } from "vitest";
import { OWNER, STORES, WORDING } from "./engine.ts";
import { connectTea, teaShop } from "./made-up-platform.ts";
import { openShop } from "./shop.ts";

const WORDS = {
  wording_id: WORDING.id,
  wording_version: WORDING.version,
  wording_language: WORDING.language,
};

test.each(STORES)(
  "which field is a consent is audited with what it was before, and said back in words, on %s (D 2.4)",
  async (name) => {
    await using shop = await openShop(name, { connectors: [teaShop({ api: false })], worker: false });
    const { connection_id } = await connectTea(shop.engine);
    const mapped = (field: string) =>
      shop.engine.call<{ consent_sentences: string[] }>("PUT", `/v1/connections/${connection_id}`, {
        consent_mapping: [{ field, ...WORDS }],
      });
    expect((await mapped("whatsapp_opt_in")).body.consent_sentences).toEqual([
      `Each order whose field whatsapp_opt_in says yes counts as its buyer's own consent to: ${WORDING.id}@${WORDING.version} (en).`,
    ]);
    expect((await mapped("paid_in_full")).body.consent_sentences[0]).toMatch(
      /paid_in_full does not sound like a consent/,
    );
    await shop.engine.messaging.noteConsentField({
      userId: OWNER,
      source: "/shop/test",
      before: null,
      after: { attribute: "whatsapp" },
    });
    const rows = await shop.store.query(
      `select action, outcome, actor_id, detail_commit is not null as detailed from webxkey.audit_entries
       where outcome = 'consent_mapping' or action = 'consent_field.changed' order by seq`,
    );
    const changed = { action: "connection.changed", outcome: "consent_mapping" };
    expect(rows).toEqual([
      { ...changed, actor_id: OWNER, detailed: true },
      { ...changed, actor_id: OWNER, detailed: true },
      { action: "consent_field.changed", outcome: "mapped", actor_id: OWNER, detailed: true },
    ]);
  },
);
