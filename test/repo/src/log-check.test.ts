import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canaries } from "@webxkey/test-log-hygiene";
import { expect, test } from "vitest";
import { checkLogs, filesBelow } from "../../../scripts/check/log-check.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const CALM = '{"level":30,"time":1795438780123,"msg":"message sent","message":"msg_7351","to":"[phone]"}\n';

function logDir(lines: Record<string, string>): string {
  const dir = join(temporaryDirectory(), "logs");
  mkdirSync(dir);
  for (const [file, text] of Object.entries(lines)) writeFileSync(join(dir, file), text);
  return dir;
}

test("passes logs that hold nothing personal", () => {
  const dir = logDir({ "core.log": CALM.repeat(50), "e2e.log": CALM });
  expect(checkLogs(dir, filesBelow(dir), [])).toEqual({ findings: [], passed: 1, failed: 0 });
});

test.each([
  { what: "phone number", line: "sent to +16505551234" },
  { what: "phone number", line: '{"wa_id":"15550783881"}' },
  { what: "message id (wamid)", line: "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0" },
  { what: "token", line: "Authorization: Bearer EAAJB0123456789abcdef" },
  { what: "token", line: "SIM_TOKEN" },
  { what: "secret", line: "app_secret=0123456789abcdef" },
  { what: "canary", line: `text: ${canaries.messageText}` },
])("fails on a planted $what and names its file and line without showing it", ({ what, line }) => {
  const dir = logDir({ "calm.log": CALM, "planted.log": `${CALM}${line}\n${CALM}` });
  const { findings, passed, failed } = checkLogs(dir, filesBelow(dir), []);
  expect({ passed, failed }).toEqual({ passed: 0, failed: 1 });
  expect(findings.join("\n")).toContain(`planted.log:2  ${what}: `);
  expect(findings.join("\n")).not.toContain(line);
});

test("fails when there are no logs to search", () => {
  expect(checkLogs("", filesBelow(logDir({})), [])).toMatchObject({ passed: 0, failed: 1 });
});
