import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiClient, clientWith } from "./api-client.ts";
import { OWNER, STORES, WORDING } from "./engine.ts";
import { happened, openShop, publishOne, refOf, type Shop, says, stranger } from "./shop.ts";

const DAY_MS = 24 * 60 * 60_000;
const OFFERS = {
  id: "offers",
  version: "1",
  language: "en",
  purpose: "marketing",
  text: "Send me offers.",
} as const;
const { purpose: _, ...WORDS } = WORDING;
const FILE = { name: "forms-2026.pdf", bytes: 48_213, sha256: "a".repeat(64) };

interface Consent {
  readonly consent_id: string;
  readonly assurance: string;
  readonly entity: unknown;
  readonly wording: unknown;
}
type Problem = { code: string; detail: string; fields: { pointer: string }[] };

describe.each(STORES)("what a consent is worth, on %s", (name) => {
  let shop: Shop;
  let key: ApiClient;
  beforeAll(async () => {
    shop = await openShop(name, { wordings: [WORDING, OFFERS] });
    await shop.engine.call("PUT", "/v1/members/officer", { role: "privacy_officer" });
    await shop.engine.call("PUT", "/v1/members/operator", { role: "operator" });
    const { body } = await shop.engine.call<{ key: string }>("POST", "/v1/keys", {
      kind: "service",
      name: "storefront",
      scopes: ["consent:grant", "consent:withdraw", "event:publish"],
    });
    key = clientWith(shop.engine, body.key);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const orderOf = (phone: string) => happened("order.placed", { phone });
  const grantOf = (phone: string, more: object = {}) => ({
    identity: { kind: "phone", value: phone },
    channel: "whatsapp",
    wording: WORDS,
    method: "form",
    evidence: "form 7",
    occurred_at: new Date().toISOString(),
    ...more,
  });
  const entityOf = (order: ReturnType<typeof orderOf>) => ({ entity: { type: "order", ref: refOf(order) } });
  const attest = (phone: string, more: object = {}, as = "officer") =>
    shop.engine.call<Consent & Problem>(
      "POST",
      "/v1/consents",
      grantOf(phone, { reason: "signed at the desk", ...more }),
      as,
    );
  const importAll = (phones: readonly string[], more: object = {}, as: string | null = "officer") =>
    shop.engine.call<Record<string, unknown> & Problem>(
      "POST",
      "/v1/consents/import",
      {
        phones,
        channel: "whatsapp",
        wording: WORDS,
        evidence_file: FILE,
        reason: "signed cards of the fair",
        occurred_at: new Date().toISOString(),
        ...more,
      },
      as ?? undefined,
    );
  const pointersOf = ({ body }: { body: Problem }) => body.fields.map(({ pointer }) => pointer);

  test("a service key's grant is a claim about the order that it names, and about no other (D 2.1)", async () => {
    const phone = stranger();
    const [own, other] = [orderOf(phone), orderOf(phone)];
    const granted = await key.call<Consent>("POST", "/v1/consents", grantOf(phone, entityOf(own)));
    expect(granted).toMatchObject({ status: 201, body: { assurance: "claimed", ...entityOf(own) } });
    expect(await publishOne(shop, own)).toMatchObject({ state: "queued" });
    expect(await publishOne(shop, other)).toMatchObject({ reason: { code: "consent_other_order" } });
  });

  test("a service key that names no order is refused, whatever else it says (D 2.1)", async () => {
    for (const more of [{}, { reason: "they told us" }]) {
      const refused = await key.call<Problem>("POST", "/v1/consents", grantOf(stranger(), more));
      expect([refused.status, ...pointersOf(refused)]).toEqual([400, "/entity"]);
    }
  });

  test("a person of the shop attests with a reason, and what they attest is not the person's own word (D 2.1)", async () => {
    const phone = stranger();
    const refused = await attest(phone, { reason: undefined });
    expect([refused.status, ...pointersOf(refused)]).toEqual([400, "/reason"]);
    expect(await attest(phone)).toMatchObject({ status: 201, body: { assurance: "attested", entity: null } });
    expect(await publishOne(shop, orderOf(phone))).toMatchObject({ state: "queued" });
    expect((await attest(phone, {}, "operator")).status).toBe(403);
  });

  test("only the person confirms, on the channel itself (D 2.1)", async () => {
    const phone = stranger();
    await attest(phone);
    await says(shop, { phone, text: "START" });
    const { body } = await shop.engine.call<{ consents: Consent[] }>("POST", "/v1/consents/show", {
      identity: { kind: "phone", value: phone },
    });
    expect(body.consents.map(({ assurance }) => assurance)).toEqual(["attested", "confirmed"]);
  });

  test.each([
    ["1990", new Date("1990-01-01")],
    ["a day before the words", new Date(Date.now() - DAY_MS)],
    ["2099", new Date("2099-01-01")],
    ["an hour from now", new Date(Date.now() + 60 * 60_000)],
  ])("a consent of %s is refused by whoever brings it (D 2.1)", async (_when, at) => {
    const when = { occurred_at: at.toISOString() };
    const order = orderOf(stranger());
    const answers = [
      await key.call<Problem>("POST", "/v1/consents", grantOf(stranger(), { ...when, ...entityOf(order) })),
      await attest(stranger(), when),
      await importAll([stranger()], when),
    ];
    for (const answer of answers)
      expect([answer.status, ...pointersOf(answer)]).toEqual([400, "/occurred_at"]);
  });

  test("an import wants the right, a file that proves it and a reason, and no service key has the right (D 2.1)", async () => {
    for (const missing of [{ evidence_file: undefined }, { reason: undefined }])
      expect(await importAll([stranger()], missing)).toMatchObject({ status: 400 });
    expect(await importAll([stranger()], {}, "operator")).toMatchObject({ status: 403 });
    expect(await key.call("POST", "/v1/consents/import", {})).toMatchObject({ status: 403 });
    expect(
      await shop.engine.call("POST", "/v1/keys", { kind: "service", name: "i", scopes: ["consent:import"] }),
    ).toMatchObject({ status: 400 });
  });

  test("an import tells of each number what became of it, and opts in nobody who opted out (D 2.1)", async () => {
    const [known, fresh, gone] = [stranger(), stranger(), stranger()];
    await publishOne(shop, orderOf(known));
    await says(shop, { phone: gone, text: "STOP" });
    const imported = await importAll([known, "ask at the desk", gone, fresh]);
    expect(imported).toMatchObject({
      status: 200,
      body: { attested: 2, people_known: 2, opted_out: [2], unreadable: [1] },
    });
    expect(await publishOne(shop, orderOf(fresh))).toMatchObject({ state: "queued" });
    expect(await publishOne(shop, orderOf(gone))).toMatchObject({ reason: { code: "consent_withdrawn" } });
  });

  test("marketing that was imported counts once the person has confirmed it on WhatsApp (D 2.1)", async () => {
    const phone = stranger();
    const { purpose: __, ...wording } = OFFERS;
    expect(await importAll([phone], { wording })).toMatchObject({ body: { attested: 1 } });
    const assurances = async () => {
      const { body } = await shop.engine.call<{ consents: Consent[] }>("POST", "/v1/consents/show", {
        identity: { kind: "phone", value: phone },
      });
      return body.consents.map(({ assurance }) => assurance);
    };
    expect(await assurances()).toEqual(["attested"]);
    await says(shop, { phone, text: "START" });
    expect(await assurances()).toEqual(["attested", "confirmed"]);
  });

  test.each([
    ["+4407911123456", undefined, "+447911123456"],
    ["+44 (0) 7911 123456", undefined, "+447911123456"],
    ["07911 123456", "GB", "+447911123456"],
  ])("a person is met however their number is written: %s (D 1.2)", async (value, country, e164) => {
    await attest(e164);
    const before = orderOf(e164);
    expect(await publishOne(shop, before)).toMatchObject({ state: "queued" });
    const identity = { kind: "phone", value, ...(country && { country }) };
    const told = await shop.engine.call(
      "POST",
      "/v1/consents/withdraw",
      { identity, channel: "whatsapp", evidence: "a call" },
      "officer",
    );
    expect(told).toMatchObject({ status: 200, body: { withdrawn: 4, people_known: 1 } });
    expect(await publishOne(shop, orderOf(e164))).toMatchObject({ reason: { code: "consent_withdrawn" } });
    const lifted = await shop.engine.call<{
      consents: { consent_id: string; state: string; purpose: string }[];
    }>("POST", "/v1/consents/show", { identity });
    const last = lifted.body.consents.findLast(
      (one) => one.state === "withdrawn" && one.purpose === WORDING.purpose,
    );
    expect(await attest(value, { identity, lifts: last?.consent_id })).toMatchObject({ status: 201 });
  });

  test("what somebody agreed to before their STOP does not follow it, whoever attests it and names the STOP (D 1.5)", async () => {
    const phone = stranger();
    await attest(phone);
    await says(shop, { phone, text: "STOP", at: new Date(Date.now() + DAY_MS) });
    const { body } = await shop.engine.call<{ consents: (Consent & { state: string; purpose: string })[] }>(
      "POST",
      "/v1/consents/show",
      { identity: { kind: "phone", value: phone } },
    );
    const stop = body.consents.findLast(
      ({ state, purpose }) => state === "withdrawn" && purpose === WORDING.purpose,
    );
    const refused = await attest(phone, { lifts: stop?.consent_id });
    expect([refused.status, ...pointersOf(refused)]).toEqual([400, "/occurred_at"]);
    expect(await publishOne(shop, orderOf(phone))).toMatchObject({ reason: { code: "consent_withdrawn" } });
  });

  test("a withdrawal of somebody whom nobody knows stands, and says that nobody was met (D 1.2)", async () => {
    const phone = stranger();
    const told = await key.call("POST", "/v1/consents/withdraw", {
      identity: { kind: "phone", value: phone },
      channel: "whatsapp",
      evidence: "a call",
    });
    expect(told).toMatchObject({ body: { withdrawn: 4, people_known: 0 } });
    expect(await publishOne(shop, orderOf(phone))).toMatchObject({ reason: { code: "consent_withdrawn" } });
  });

  test.each(["07911 123456", "my number", "+1650555"])(
    "what cannot be read as a number is refused by its field: %s (D 1.2)",
    async (value) => {
      for (const path of ["/v1/consents/withdraw", "/v1/consents/show"]) {
        const body = {
          identity: { kind: "phone", value },
          ...(path.endsWith("withdraw") && { channel: "whatsapp", evidence: "a call" }),
        };
        const refused = await shop.engine.call<Problem>("POST", path, body, "officer");
        expect([refused.status, ...pointersOf(refused)], path).toEqual([400, "/identity/value"]);
      }
    },
  );

  test("an event that writes the number otherwise is about the same person (D 1.2)", async () => {
    await says(shop, { phone: "+447911123457", text: "STOP" });
    await attest("+447911123458");
    const written = (phone: string) => publishOne(shop, orderOf(phone));
    expect(await written("+4407911123457")).toMatchObject({ reason: { code: "consent_withdrawn" } });
    expect(await written("+44 7911 123458")).toMatchObject({ state: "queued" });
  });
});

describe.each(STORES)("the words that people agree to, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { worker: false });
    for (const role of ["admin", "privacy_officer", "operator", "developer"])
      await shop.engine.call("PUT", `/v1/members/${role}`, { role });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const words = (version: string, text = "Send me updates.") => ({
    id: "checkout",
    version,
    language: "en",
    purpose: "order-updates",
    text,
  });
  const create = (body: object, as = OWNER) => shop.engine.call<Problem>("POST", "/v1/wordings", body, as);

  test.each([OWNER, "admin", "privacy_officer"])("%s writes them (D 9.8)", async (as) => {
    const version = `of ${as}`;
    expect(await create(words(version), as)).toMatchObject({ status: 201, body: words(version) });
    const { body } = await shop.engine.call<{ wordings: { version: string }[] }>("GET", "/v1/wordings");
    expect(body.wordings.filter((one) => one.version === version)).toHaveLength(1);
  });

  test("nobody else does, and a grant makes none (D 2.5)", async () => {
    for (const as of ["operator", "developer"]) expect((await create(words("2"), as)).status).toBe(403);
    const grant = {
      identity: { kind: "phone", value: stranger() },
      channel: "whatsapp",
      wording: { id: "checkout", version: "2", language: "en", text: "Anything goes." },
      method: "form",
      evidence: "form 7",
      reason: "signed",
      occurred_at: new Date().toISOString(),
    };
    const refused = await shop.engine.call<Problem>("POST", "/v1/consents", grant, "privacy_officer");
    expect([refused.status, refused.body.fields[0]?.pointer]).toEqual([400, "/wording"]);
    expect(await create(words("2"))).toMatchObject({ status: 201 });
  });

  test("other words, or another purpose, under a name that is taken are a conflict that says what to do (D 2.5)", async () => {
    expect(await create(words("3"))).toMatchObject({ status: 201 });
    expect(await create(words("3"))).toMatchObject({ status: 201 });
    for (const other of [words("3", "Send me offers."), { ...words("3"), purpose: "marketing" }]) {
      const refused = await create(other);
      expect(refused).toMatchObject({ status: 409, body: { code: "conflict" } });
      expect(refused.body.detail).toContain("give the new text a new version");
    }
  });

  test("of two who write other words under one name at once, one is told of the conflict (D 2.5)", async () => {
    const answers = await Promise.all([create(words("4", "One.")), create(words("4", "Other."))]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test("a grant that quotes other words than those that are kept is a conflict (D 2.5)", async () => {
    await create(words("5"));
    const grant = {
      identity: { kind: "phone", value: stranger() },
      channel: "whatsapp",
      wording: { id: "checkout", version: "5", language: "en", text: "Send me offers." },
      method: "form",
      evidence: "form 7",
      reason: "signed",
      occurred_at: new Date().toISOString(),
    };
    expect(await shop.engine.call("POST", "/v1/consents", grant, "privacy_officer")).toMatchObject({
      status: 409,
    });
  });
});
