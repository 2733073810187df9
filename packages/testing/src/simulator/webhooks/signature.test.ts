import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { encodeWebhook, SIGNATURE_FLAWS, signWebhook, signWithFlaw } from "./signature.ts";

describe("webhook bytes", () => {
  test("are ASCII with lower-case unicode escapes and escaped slashes", () => {
    const bytes = encodeWebhook({ text: "Grüße 👍 https://example.com" });
    expect(bytes.toString("latin1")).toBe(
      '{"text":"Gr\\u00fc\\u00dfe \\ud83d\\udc4d https:\\/\\/example.com"}',
    );
  });

  test("parse back to what was said", () => {
    const body = { text: 'නිමල් \\ / "quoted" \u2028 \n' };
    expect(JSON.parse(encodeWebhook(body).toString())).toEqual(body);
  });
});

describe("the signature", () => {
  test("is HMAC-SHA256 of the sent bytes in lower-case hex", () => {
    // printf '{"a":"\\u00e4"}' | openssl dgst -sha256 -hmac test_app_secret
    expect(signWebhook("test_app_secret", encodeWebhook({ a: "ä" }))).toBe(
      "sha256=a104fd04f240f3226c911617d2d487230475cccb686df583ff32134b6e940688",
    );
  });

  test("differs from one over the re-serialised body", () => {
    const bytes = encodeWebhook({ a: "ä" });
    const reserialised = JSON.stringify(JSON.parse(bytes.toString()));
    expect(signWebhook("secret", bytes)).not.toBe(signWebhook("secret", reserialised));
  });

  test.each(SIGNATURE_FLAWS)("with the flaw %s does not verify", (flaw) => {
    const { header, bytes } = signWithFlaw("secret", encodeWebhook({ a: 1 }), flaw);
    const right = `sha256=${createHmac("sha256", "secret").update(bytes).digest("hex")}`;
    expect(header).not.toBe(right);
  });
});
