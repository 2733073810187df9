import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { secret } from "../kernel/secret.ts";
import {
  debugToken,
  getPhoneNumber,
  getSubscribedApps,
  listTemplates,
  sendMessage,
  subscribeApp,
  TEMPLATE_PAGES_MAX,
} from "./graph-calls.ts";
import { createGraphClient } from "./graph-client.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Seen {
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A server that answers each request with what `answer` makes of it, and a client of it. */
async function graph(answer: (request: Seen) => { status?: number; body: unknown }) {
  const requests: Seen[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const seen = {
      url: new URL(request.url ?? "", "http://127.0.0.1"),
      authorization: request.headers.authorization,
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
    };
    requests.push(seen);
    const { status = 200, body } = answer(seen);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = createGraphClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  cleanups.push(async () => {
    await client.close();
    await new Promise((resolve) => server.close(resolve));
  });
  return { client, requests };
}

const credentials = { accessToken: secret("EAAtoken") };
const mayStillSend = () => true;

describe("sendMessage", () => {
  const send = { phoneNumberId: "106540352242922", credentials, message: { type: "template" }, mayStillSend };

  it("posts the message and reads id and status of a template sent to a phone", async () => {
    const { client, requests } = await graph(() => ({
      body: {
        messaging_product: "whatsapp",
        contacts: [{ input: "+16505551234", wa_id: "16505551234" }],
        messages: [{ id: "wamid.A", message_status: "accepted" }],
      },
    }));
    const result = await sendMessage(client, send);
    expect(requests[0]?.url.pathname).toBe("/v25.0/106540352242922/messages");
    expect(requests[0]?.body).toEqual({ type: "template" });
    if (result.kind !== "ok") throw new Error(result.kind);
    expect(result.body.wamid.reveal()).toBe("wamid.A");
    expect(result.body.recipient.map(({ waId }) => waId?.reveal())).toEqual(["16505551234"]);
    expect(result.body).toMatchObject({ messageStatus: "accepted", recipient: [{ userId: undefined }] });
  });

  it("reads the user id of a message sent to a username", async () => {
    const { client } = await graph(() => ({
      body: {
        contacts: [{ input: "US.1", user_id: "US.1" }],
        messages: [{ id: "wamid.B" }],
        added_by_meta: 1,
      },
    }));
    const result = await sendMessage(client, send);
    if (result.kind !== "ok") throw new Error(result.kind);
    expect(result.body.recipient.map(({ userId }) => userId?.reveal())).toEqual(["US.1"]);
    expect(result.body).toMatchObject({ recipient: [{ waId: undefined }] });
  });

  it("reads every id that the answer calls the recipient by (D 1.1)", async () => {
    const { client } = await graph(() => ({
      body: {
        contacts: [
          { input: "+5511987654321", wa_id: "551187654321", user_id: "BR.1", parent_user_id: "BR.ENT.1" },
          7,
        ],
        messages: [{ id: "wamid.C" }],
      },
    }));
    const result = await sendMessage(client, send);
    if (result.kind !== "ok") throw new Error(result.kind);
    const ids = result.body.recipient.flatMap(({ waId, userId, parentUserId }) => [
      waId?.reveal(),
      userId?.reveal(),
      parentUserId?.reveal(),
    ]);
    expect(ids.filter(Boolean)).toEqual(["551187654321", "BR.1", "BR.ENT.1"]);
  });

  it.each([{}, { messages: [] }, { messages: [{ id: 5 }] }, { success: true }, []])(
    "is unknown when a 200 names no message: %j",
    async (body) => {
      const { client } = await graph(() => ({ body }));
      expect(await sendMessage(client, send)).toEqual({ kind: "unknown", reason: "unexpected_body" });
    },
  );

  it("passes an error on", async () => {
    const { client } = await graph(() => ({ status: 400, body: { error: { code: 131056 } } }));
    expect(await sendMessage(client, send)).toMatchObject({ kind: "error", error: { code: 131056 } });
  });
});

describe("listTemplates", () => {
  const template = (name: string) => ({
    id: "1",
    name,
    language: "en_US",
    status: "APPROVED",
    category: "UTILITY",
    components: [{ type: "BODY", text: "Hi {{1}}" }],
    parameter_format: "POSITIONAL",
    quality_score: { score: "GREEN", date: 1 },
  });
  const page = (name: string, after?: string) => ({
    body: {
      data: [template(name)],
      ...(after && { paging: { cursors: { before: "b", after }, next: "https://…" } }),
    },
  });
  const names = (result: Awaited<ReturnType<typeof listTemplates>>) =>
    result.kind === "ok" ? result.body.templates.map(({ name }) => name) : result;

  it("follows the cursors to the last page", async () => {
    const { client, requests } = await graph(({ url }) => {
      const after = url.searchParams.get("after");
      return after === null ? page("a", "1") : after === "1" ? page("b", "2") : page("c");
    });
    const result = await listTemplates(client, { wabaId: "102290129340398", credentials });
    expect(names(result)).toEqual(["a", "b", "c"]);
    expect(result).toMatchObject({ kind: "ok", body: { complete: true } });
    expect(requests[0]?.url.pathname).toBe("/v25.0/102290129340398/message_templates");
  });

  it("ends at a page that has cursors but no next", async () => {
    const { client } = await graph(() => ({
      body: { data: [template("a")], paging: { cursors: { before: "b", after: "x" } } },
    }));
    expect(names(await listTemplates(client, { wabaId: "1", credentials }))).toEqual(["a"]);
  });

  it("starts once more without a cursor when Meta refuses the cursor, and gives each template once", async () => {
    let refused = false;
    const { client } = await graph(({ url }) => {
      if (url.searchParams.get("after") === null) return page("a", "1");
      if (refused) return page("b");
      refused = true;
      return { status: 400, body: { error: { code: 131059 } } };
    });
    expect(names(await listTemplates(client, { wabaId: "1", credentials }))).toEqual(["a", "b"]);
  });

  it("gives up when the cursor is refused again", async () => {
    const { client, requests } = await graph(({ url }) =>
      url.searchParams.get("after") === null
        ? page("a", "1")
        : { status: 400, body: { error: { code: 131059 } } },
    );
    expect(await listTemplates(client, { wabaId: "1", credentials })).toMatchObject({
      error: { code: 131059 },
    });
    expect(requests).toHaveLength(4);
  });

  it("says that the list is not complete when a template could not be read", async () => {
    const { client } = await graph(() => ({ body: { data: [template("a"), { id: 7 }] } }));
    expect(await listTemplates(client, { wabaId: "1", credentials })).toMatchObject({
      body: { complete: false },
    });
  });

  it("stops at a bounded number of pages and says that the list is not complete", async () => {
    const { client, requests } = await graph(() => page("again", "same"));
    expect(await listTemplates(client, { wabaId: "1", credentials })).toMatchObject({
      body: { complete: false },
    });
    expect(requests).toHaveLength(TEMPLATE_PAGES_MAX);
  });
});

describe("the calls about a sender", () => {
  it("read a phone number, with what Meta leaves out left out", async () => {
    const { client } = await graph(() => ({
      body: {
        id: "1",
        verified_name: "Lucky Shrub",
        status: "CONNECTED",
        throughput: { level: "STANDARD" },
        extra: {},
      },
    }));
    expect(await getPhoneNumber(client, { phoneNumberId: "1", credentials })).toMatchObject({
      kind: "ok",
      body: { id: "1", verifiedName: "Lucky Shrub", status: "CONNECTED", throughputLevel: "STANDARD" },
    });
  });

  it("debug a token with the app's own token", async () => {
    const { client, requests } = await graph(() => ({
      body: {
        data: {
          is_valid: true,
          app_id: "77",
          expires_at: 0,
          data_access_expires_at: 1_800_000_000,
          scopes: ["whatsapp_business_messaging"],
          granular_scopes: [{ scope: "whatsapp_business_messaging", target_ids: ["1"] }],
        },
      },
    }));
    const result = await debugToken(client, { token: secret("EAAx"), appId: "77", appSecret: secret("s") });
    expect(requests[0]?.authorization).toBe("Bearer 77|s");
    expect(requests[0]?.url.searchParams.get("input_token")).toBe("EAAx");
    expect(result).toMatchObject({
      body: {
        isValid: true,
        expiresAt: undefined,
        dataAccessExpiresAt: new Date(1_800_000_000_000),
        scopes: ["whatsapp_business_messaging"],
        granularScopes: [{ scope: "whatsapp_business_messaging", targetIds: ["1"] }],
      },
    });
  });

  it("subscribe the app with its own callback and list who is subscribed", async () => {
    const { client, requests } = await graph(({ body }) =>
      body
        ? { body: { success: true } }
        : {
            body: {
              data: [
                {
                  whatsapp_business_api_data: { id: "77", name: "Shop", link: "https://…" },
                  override_callback_uri: "https://shop.example.com/hook",
                },
              ],
            },
          },
    );
    const callbackUrl = "https://shop.example.com/hook";
    const request = { wabaId: "1", credentials, callback: { url: callbackUrl, verifyToken: secret("vt") } };
    expect(await subscribeApp(client, request)).toMatchObject({ kind: "ok" });
    expect(requests[0]?.body).toEqual({ override_callback_uri: callbackUrl, verify_token: "vt" });
    expect(await getSubscribedApps(client, { wabaId: "1", credentials })).toMatchObject({
      body: [{ appId: "77", appName: "Shop", callbackUrl }],
    });
  });

  it("are unknown when Meta says neither success nor error", async () => {
    const { client } = await graph(() => ({ body: { success: false } }));
    const request = {
      wabaId: "1",
      credentials,
      callback: { url: "https://shop.example.com", verifyToken: secret("vt") },
    };
    expect(await subscribeApp(client, request)).toEqual({ kind: "unknown", reason: "unexpected_body" });
  });
});
