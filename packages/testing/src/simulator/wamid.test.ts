import { describe, expect, test } from "vitest";
import { orderConfirmation, setStage } from "../test-support/stage.ts";
import { decodeWamid, encodeWamid } from "./wamid.ts";

describe("message ids", () => {
  test("have the shape of Meta's: a struct with the customer's phone, in base64", () => {
    const wamid = encodeWamid("16505551234", "from_business", "711925A917099AEE3F");
    expect(wamid).toBe("wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI3MTE5MjVBOTE3MDk5QUVFM0YA");
  });

  test("can be read back, for both directions", () => {
    for (const direction of ["from_business", "from_customer"] as const) {
      expect(decodeWamid(encodeWamid("94715550123", direction, "AB01"))).toEqual({
        digits: "94715550123",
        direction,
        hexId: "AB01",
      });
    }
  });

  test("of another shape are not read", () => {
    expect(decodeWamid("wamid.X")).toBeUndefined();
    expect(decodeWamid("HBgLMTY1MDU1NTEyMzQVAgARGBI3MTE5MjVBOTE3MDk5QUVFM0YA")).toBeUndefined();
  });

  test("of accepted messages carry the recipient's phone and are all different", async () => {
    await using stage = await setStage();
    const answers = await Promise.all(Array.from({ length: 20 }, () => stage.send(orderConfirmation())));
    const wamids = answers.map(({ body }) => body.messages[0].id as string);
    expect(new Set(wamids).size).toBe(20);
    expect(wamids.map((wamid) => decodeWamid(wamid)?.digits)).toEqual(wamids.map(() => "16505551234"));
  });
});
