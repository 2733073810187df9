import { expect, test } from "vitest";
import { CONNECT_FIELDS, connectProblems, NO_VALUES, trimmed, withoutSecrets } from "./connect-fields.ts";

const GOOD = {
  waba_id: "102290129340398",
  phone_number_id: "106540352242922",
  app_id: "670843887433847",
  app_secret: "secret",
  access_token: "token",
};

test("every field is asked for", () => {
  expect(Object.keys(connectProblems(NO_VALUES))).toEqual([...CONNECT_FIELDS]);
  expect(connectProblems({ ...GOOD, access_token: "   " })).toEqual({ access_token: "connect.missing" });
});

test("an id is digits only, a phone number is none; spaces around it do no harm", () => {
  expect(connectProblems(GOOD)).toEqual({});
  expect(connectProblems({ ...GOOD, phone_number_id: "+1 555 078 3881" })).toEqual({
    phone_number_id: "connect.digits",
  });
  expect(connectProblems({ ...GOOD, app_id: "1234" })).toEqual({ app_id: "connect.digits" });
  expect(connectProblems({ ...GOOD, app_id: ` ${GOOD.app_id}\n` })).toEqual({});
  expect(trimmed({ ...GOOD, app_id: ` ${GOOD.app_id}\n` })).toEqual(GOOD);
});

test("the secrets are dropped, the ids are kept", () => {
  expect(withoutSecrets(GOOD)).toEqual({ ...GOOD, app_secret: "", access_token: "" });
});
