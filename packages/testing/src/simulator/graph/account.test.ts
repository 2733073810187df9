import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { NUMBER, orderConfirmation, setStage, WABA } from "../../test-support/stage.ts";
import { demoAccount } from "../demo-account.ts";

const { app, token } = demoAccount;
const SUBSCRIBED = `/v25.0/${WABA}/subscribed_apps`;

describe("tokens", () => {
  test("that are missing, unknown or expired are told apart", async () => {
    await using stage = await setStage();
    const codeOf = async (value: string) => {
      const { status, body } = await stage.graph("GET", `/v25.0/${NUMBER}`, undefined, value);
      return [status, body.error.code, body.error.error_subcode];
    };
    await stage.simulator.seed({
      tokens: [{ value: "SIM_TOKEN_old", appId: app.id, wabaIds: [WABA], expiresAtMs: Date.now() - 1 }],
    });
    expect(await codeOf("")).toEqual([400, 2500, undefined]);
    expect(await codeOf("SIM_TOKEN_unknown")).toEqual([401, 190, undefined]);
    expect(await codeOf("SIM_TOKEN_old")).toEqual([401, 190, 463]);
  });

  test("that look real are refused and not repeated in the answer", async () => {
    await using stage = await setStage();
    const real = `EAA${"x".repeat(120)}`;
    const { status, body } = await stage.graph("GET", `/v25.0/${NUMBER}`, undefined, real);
    expect([status, body.error.code]).toEqual([400, 190]);
    expect(body.error.message).toContain("simulator");
    expect(JSON.stringify(body)).not.toContain(real);
    await expect(
      stage.simulator.seed({ tokens: [{ value: real, appId: app.id, wabaIds: [WABA] }] }),
    ).rejects.toThrow("never seed a real one");
  });

  test("without the scope are refused with 200, and for another WABA with 100/33", async () => {
    await using stage = await setStage();
    await stage.simulator.seed({
      tokens: [
        {
          value: "SIM_TOKEN_manage",
          appId: app.id,
          wabaIds: [WABA],
          scopes: ["whatsapp_business_management"],
        },
        { value: "SIM_TOKEN_elsewhere", appId: app.id, wabaIds: ["100000000000009"] },
      ],
    });
    const send = (value: string) =>
      stage.graph("POST", `/v25.0/${NUMBER}/messages`, orderConfirmation(), value);
    expect((await send("SIM_TOKEN_manage")).body.error.code).toBe(200);
    expect((await send("SIM_TOKEN_elsewhere")).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  });

  test("may come with an appsecret_proof, which must then be right", async () => {
    await using stage = await setStage();
    const proof = createHmac("sha256", app.secret).update(token.value).digest("hex");
    const get = (sent: string) => stage.graph("GET", `/v25.0/${NUMBER}?appsecret_proof=${sent}`);
    expect((await get(proof)).status).toBe(200);
    expect((await get("0".repeat(64))).body.error.code).toBe(100);
    expect((await get("short")).body.error.code).toBe(100);
  });

  test("need a proof where the app asks for one", async () => {
    await using stage = await setStage();
    await stage.simulator.seed({ apps: [{ ...app, requireAppSecretProof: true }] });
    expect((await stage.graph("GET", `/v25.0/${NUMBER}`)).body.error.message).toContain("appsecret_proof");
  });

  test("are explained by debug_token to their own app only", async () => {
    await using stage = await setStage();
    await stage.simulator.seed({ apps: [{ id: "555000111222444", secret: "other" }] });
    const path = `/v25.0/debug_token?input_token=${token.value}&access_token=`;
    const own = await stage.graph("GET", `${path}${app.id}|${app.secret}`, undefined, "");
    expect(own.body.data).toMatchObject({
      app_id: app.id,
      is_valid: true,
      expires_at: 0,
      scopes: token.scopes,
    });
    const other = await stage.graph("GET", `${path}555000111222444|other`, undefined, "");
    expect(other.body.data.is_valid).toBe(false);
    const wrong = await stage.graph("GET", `${path}${app.id}|guess`, undefined, "");
    expect(wrong.body.error.code).toBe(190);
  });
});

describe("versions", () => {
  test("that expired are served by the oldest living one, and the future is an unknown path", async () => {
    await using stage = await setStage();
    expect((await stage.graph("GET", `/v19.0/${NUMBER}`)).headers["facebook-api-version"]).toBe("v21.0");
    expect((await stage.graph("GET", `/${NUMBER}`)).headers["facebook-api-version"]).toBe("v26.0");
    const future = await stage.graph("GET", "/v99.0/me", undefined, "");
    expect(future.body.error).toMatchObject({ code: 2500, message: "Unknown path components: /me" });
    const present = await stage.graph("GET", "/v26.0/me", undefined, "");
    expect(present.body.error.message).toContain("An active access token must be used");
  });
});

describe("phone numbers", () => {
  test("tell the asked fields and always their id", async () => {
    await using stage = await setStage();
    const { body } = await stage.graph("GET", `/v25.0/${NUMBER}?fields=status,throughput{level}`);
    expect(body).toEqual({ id: NUMBER, status: "CONNECTED", throughput: { level: "STANDARD" } });
  });

  test("tell the messaging limit of their portfolio", async () => {
    await using stage = await setStage();
    const limit = async () => {
      const fields = "whatsapp_business_manager_messaging_limit";
      const { body } = await stage.graph("GET", `/v25.0/${NUMBER}?fields=${fields}`);
      return body[fields];
    };
    expect(await limit()).toBe("TIER_2K");
    await stage.simulator.seed({
      portfolios: [{ ...demoAccount.portfolio, messagingLimit: "TIER_UNLIMITED" }],
    });
    expect(await limit()).toBe("TIER_UNLIMITED");
  });

  test("are listed by their WABA", async () => {
    await using stage = await setStage();
    const { body } = await stage.graph("GET", `/v25.0/${WABA}/phone_numbers?fields=display_phone_number`);
    expect(body.data).toEqual([{ id: NUMBER, display_phone_number: "+1 555 078 3881" }]);
  });
});

describe("the subscription of an app", () => {
  test("takes an override after the challenge was answered, and gives it up with an empty POST", async () => {
    await using stage = await setStage();
    const { url, verifyToken } = stage.receiver;
    const override = { override_callback_uri: `${url}?tenant=1`, verify_token: verifyToken };
    expect((await stage.graph("POST", SUBSCRIBED, override)).body.success).toBe(true);
    const listed = await stage.graph("GET", SUBSCRIBED);
    expect(listed.body.data[0]).toMatchObject({
      override_callback_uri: override.override_callback_uri,
      whatsapp_business_api_data: { id: app.id },
    });
    await stage.graph("POST", SUBSCRIBED, {});
    expect((await stage.graph("GET", SUBSCRIBED)).body.data[0]).not.toHaveProperty("override_callback_uri");
  });

  test("refuses an override whose challenge fails", async () => {
    await using stage = await setStage();
    const override = { override_callback_uri: stage.receiver.url, verify_token: "another" };
    const { body } = await stage.graph("POST", SUBSCRIBED, override);
    expect(body.error).toMatchObject({
      code: 2200,
      message: expect.stringContaining("HTTP Status Code = 403"),
    });
  });

  test("refuses an override whose answer is 200 and not the challenge", async () => {
    await using stage = await setStage();
    const server = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const override = { override_callback_uri: `http://127.0.0.1:${port}/`, verify_token: "t" };
    expect((await stage.graph("POST", SUBSCRIBED, override)).body.error.code).toBe(2200);
    server.closeAllConnections();
    server.close();
  });

  test("refuses an override before the app is subscribed", async () => {
    await using stage = await setStage();
    await stage.graph("DELETE", SUBSCRIBED);
    expect((await stage.graph("GET", SUBSCRIBED)).body.data).toEqual([]);
    const { url, verifyToken } = stage.receiver;
    const override = { override_callback_uri: url, verify_token: verifyToken };
    expect((await stage.graph("POST", SUBSCRIBED, override)).body.error.code).toBe(100);
    await stage.graph("POST", SUBSCRIBED);
    expect((await stage.graph("POST", SUBSCRIBED, override)).status).toBe(200);
  });

  test.each([
    "https://example.com/hook",
    "http://10.0.0.1/hook",
    "http://127.0.0.1@example.com/",
    "http://user@127.0.0.1/hook",
    "http://169.254.169.254/latest",
    "http://localhost.example.com/",
    "ftp://127.0.0.1/",
    "http://[::ffff:10.0.0.1]/",
    "not a url",
  ])("refuses %s as a callback: nothing leaves this machine", async (url) => {
    await using stage = await setStage();
    const { body } = await stage.graph("POST", SUBSCRIBED, { override_callback_uri: url, verify_token: "t" });
    expect(body.error.message).toContain("Invalid callback URI");
    await expect(stage.simulator.setCallback(app.id, { url, verifyToken: "t" })).rejects.toThrow();
  });
});
