import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { connectGraphSimulator, demoAccount } from "@webxkey/testing";
import getPort from "get-port";
import { expect, onTestFinished, test } from "vitest";
import { stateOf, untilRead } from "./installation.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const GUIDE = readFileSync(join(ROOT, "docs/guides/gateway.md"), "utf8");
/** Far more than it takes, because other work may share the machine. */
const GUIDE_MS_MAX = 240_000;
const START_SECONDS_MAX = 60;
/** Where the guide has the simulator. The test takes a free port: several may run on one machine. */
const SIMULATOR_PORT = "4010";

const commands = Array.from(GUIDE.matchAll(/^```sh\n(.*?)^```$/gms), ([, block]) => String(block)).flatMap(
  (block) => block.trim().split("\n"),
);

test("the guide has the ten commands that it promises", () => {
  expect(commands).toHaveLength(10);
});

test("the guide's commands, as they are written, end in a message that is read", {
  timeout: GUIDE_MS_MAX,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), "webxkey-guide-"));
  // The shell goes before what it started: the gateway may still write a moment while it ends.
  onTestFinished(() => rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const ports = {
    simulator: await getPort({ host: "127.0.0.1" }),
    gateway: await getPort({ host: "127.0.0.1" }),
  };
  const script = [
    "set -euo pipefail",
    // What goes on in the other terminals ends with the test, however the test ends: its end of the pipe is closed then.
    "exec 3<&0 </dev/null",
    "{ cat <&3; kill -TERM -- -$$; } > /dev/null 2>&1 &",
    "exec 3<&-",
    ...commands.map((command) =>
      inItsTerminal(command.replaceAll(SIMULATOR_PORT, `${ports.simulator}`), directory, ports),
    ),
    'echo "END $MESSAGE $WEBXKEY_API_KEY"',
    // Says that it is done, and stays: Node closes the pipe to a shell that has ended.
    "exec > /dev/null 2>&1",
    "wait",
  ].join("\n");
  const shell = spawn("bash", ["-c", script], {
    cwd: ROOT,
    detached: true,
    env: { ...ownEnvironment(), PORT: `${ports.gateway}`, WEBXKEY_DATA_DIR: join(directory, "data") },
    stdio: "pipe",
  });
  const ended = once(shell, "exit");
  onTestFinished(async () => {
    shell.stdin.end();
    await ended;
  });
  const [stdout, stderr] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
  const [, message = "", ownerKey = ""] = /^END (\S+) (wxk_\S+)$/m.exec(stdout) ?? [];
  expect(message, stderr).not.toBe("");
  expect(stdout).toMatch(/^order-confirmation to \+1\*+34: /m);

  const gateway = { url: `http://127.0.0.1:${ports.gateway}` };
  await untilRead({ ownerKey }, gateway, message);
  expect(await stateOf({ ownerKey }, gateway, message)).toBe("read");
  const simulator = connectGraphSimulator(`http://127.0.0.1:${ports.simulator}`);
  expect(await simulator.accepted({ phone: demoAccount.person.phone })).toHaveLength(1);
  expect(statSync(join(directory, "data.root-key")).mode & 0o777).toBe(0o600);
});

/** The commands of terminals 1 and 3 go on while the others run: in the background, once they say that they are there. */
function inItsTerminal(command: string, directory: string, ports: { simulator: number }): string {
  const inBackground = (name: string, setting: string, said: string) => {
    const log = join(directory, name);
    return [
      `${setting} ${command} > ${log} 2>&1 &`,
      "SECONDS=0",
      `until grep -q '${said}' ${log}; do`,
      `  kill -0 $! && (( SECONDS < ${START_SECONDS_MAX} )) || { cat ${log} >&2; exit 1; }`,
      "  sleep 0.1",
      "done",
    ].join("\n");
  };
  if (command.endsWith("npm run simulator"))
    return inBackground("simulator", `PORT=${ports.simulator}`, "WABA");
  if (command.endsWith("npm run gateway")) return inBackground("gateway", "", "answers at");
  return command;
}

/** Without what would set up another installation than the guide's. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(DATABASE_URL|WEBXKEY_|VITEST)/.test(name));
  return Object.fromEntries(kept);
}
