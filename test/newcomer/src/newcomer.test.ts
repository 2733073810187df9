import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connectGraphSimulator, demoAccount } from "@webxkey/testing";
import getPort from "get-port";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inBash, neverBuiltClone } from "./clone.ts";

/** How long a first build may take on a busy machine. */
const START_SECONDS_MAX = 400;
const READ_TRIES_MAX = 60;
/** Where the guide has the simulator. The test takes a free port: several may run on one machine. */
const SIMULATOR_PORT = "4010";

let clone: ReturnType<typeof neverBuiltClone>;
beforeAll(() => {
  clone = neverBuiltClone();
});
afterAll(() => clone[Symbol.asyncDispose]());

function guideLines(): string[] {
  const guide = readFileSync(join(clone.directory, "docs/guides/gateway.md"), "utf8");
  const [, section = ""] = /^## Ten commands$(.*?)^## /ms.exec(guide) ?? [];
  const blocks = Array.from(section.matchAll(/^```sh\n(.*?)^```$/gms), ([, block = ""]) => block);
  return blocks.flatMap((block) => block.trim().split("\n"));
}

test("the guide has the ten commands that it promises", () => {
  // The first line of terminal 2 only gives the command line its short name.
  expect(guideLines().filter((line) => !line.startsWith("webxkey() {"))).toHaveLength(10);
});

test("the command line prints nothing but its answer while it builds for the first time (D 8.1)", async () => {
  await using shell = await inBash(clone.directory, [
    "ANSWER=$(npm run webxkey --silent -- event sample order.placed --field type)",
    'echo "[$ANSWER]"',
  ]);
  expect(shell.stdout, shell.stderr).toBe("[order.placed]\n");
});

test("the guide's commands, as they are written, end in a message that is read (D 8.1)", async () => {
  const ports = {
    simulator: await getPort({ host: "127.0.0.1" }),
    gateway: await getPort({ host: "127.0.0.1" }),
  };
  const commands = guideLines().map((command) =>
    inItsTerminal(command.replaceAll(SIMULATOR_PORT, `${ports.simulator}`), ports.simulator),
  );
  const untilRead = [
    `for try in $(seq ${READ_TRIES_MAX}); do`,
    '  STATE=$(webxkey message explain "$MESSAGE" --field message.state)',
    "  [[ $STATE != read ]] || break",
    "  sleep 0.5",
    "done",
    'echo "END $STATE $WEBXKEY_API_KEY"',
  ];
  await using shell = await inBash(clone.directory, [...commands, ...untilRead], {
    PORT: `${ports.gateway}`,
  });

  expect(shell.stdout, shell.stderr).toMatch(/^order-confirmation to \+1\*+34: /m);
  expect(shell.stdout, shell.stderr).toMatch(/^END read wxk_\S+$/m);
  const simulator = connectGraphSimulator(`http://127.0.0.1:${ports.simulator}`);
  expect(await simulator.accepted({ phone: demoAccount.person.phone })).toHaveLength(1);
});

test.each([
  [
    "a real Medusa store",
    "npm run demo --silent -- --once",
    { display_id: 1, total: 29, currency_code: "usd" },
  ],
  [
    "a real Strapi",
    "npm run demo --silent -- --strapi --once",
    { display_id: "LS-1001", total: 29, currency_code: "USD" },
  ],
])("the demo in %s shows what it builds and ends with the proof (D 8.10)", async (_, command, order) => {
  await using shell = await inBash(clone.directory, [command]);
  const proof = JSON.parse(shell.stdout.trimEnd().split("\n").at(-1) ?? "null") as unknown;
  expect(proof, shell.stderr).toMatchObject({
    order,
    message: { state: "read", template: "order_confirmation", language: "en", accepted: 1 },
    statuses: ["sent", "delivered", "read"],
    consent: { wording: "checkout-order-updates", version: "1" },
    audit: { entries: expect.any(Number), head: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
});

/** The commands of terminals 1 and 3 go on while the others run: in the background, once they say that they are there. */
function inItsTerminal(command: string, simulatorPort: number): string {
  const inBackground = (name: string, setting: string, said: string) => {
    const log = `${name}.log`;
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
    return inBackground("simulator", `PORT=${simulatorPort}`, "WABA");
  if (command.endsWith("npm run gateway")) return inBackground("gateway", "", "answers at");
  return command;
}
