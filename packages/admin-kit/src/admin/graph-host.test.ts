import { expect, test } from "vitest";
import { graphHost } from "./graph-host.ts";

test.each([
  ["https://graph.facebook.com", "meta"],
  ["https://graph.facebook.com/v24.0", "meta"],
  ["http://graph.facebook.com", "other"],
  ["https://graph.facebook.com.example.com", "other"],
  ["https://graph.facebook.com:8443", "other"],
  ["http://127.0.0.1:9100", "simulator"],
  ["http://127.9.9.9", "simulator"],
  ["http://localhost:9100", "simulator"],
  ["http://[::1]:9100", "simulator"],
  ["http://127.0.0.1.example.com", "other"],
  ["http://notlocalhost", "other"],
  ["not a url", "other"],
])("%s is %s", (url, kind) => {
  expect(graphHost(url).kind).toBe(kind);
});
