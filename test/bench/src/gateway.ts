import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "@webxkey/chaos/until";
import { demoAccount, type GraphSimulator } from "@webxkey/testing";

/** What ships. */
const MAIN = fileURLToPath(new URL("dist/main.js", import.meta.resolve("@webxkey/gateway/package.json")));
const READY_MS_MAX = 30_000;
const END_MS_MAX = 40_000;

export type Gateway = AsyncDisposable & {
  readonly url: string;
  readonly pid: number;
  /** A call of its API, as the owner unless another key is given. @throws on any answer that is not 2xx. */
  call<Answer>(method: string, path: string, body: object, key?: string): Promise<Answer>;
};

/** A new installation on an empty PostgreSQL: `webxkey init` and `webxkey serve`, as their own processes, with a connected number. */
export async function openGateway(
  simulator: GraphSimulator,
  { connectionString }: { readonly connectionString: string },
): Promise<Gateway> {
  const env = {
    PATH: process.env["PATH"],
    DATABASE_URL: connectionString,
    WEBXKEY_ROOT_KEY: randomBytes(32).toString("base64"),
    WEBXKEY_GRAPH_URL: simulator.url,
    PORT: "0",
  };
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, "init", "--json"], { env });
  const { owner_key: ownerKey } = JSON.parse(stdout) as { owner_key: string };
  const child = spawn(process.execPath, [MAIN, "serve"], { env, stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  const end = async () => {
    child.kill("SIGTERM");
    const patience = setTimeout(() => child.kill("SIGKILL"), END_MS_MAX);
    await ended;
    clearTimeout(patience);
  };
  try {
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const url = await until("the gateway did not start", READY_MS_MAX, async () => {
      if (child.exitCode !== null) throw new Error(`The gateway ended: ${said}`);
      return /answers at (\S+)/.exec(said)?.[1];
    });
    await until("the gateway is not ready", READY_MS_MAX, async () => (await fetch(`${url}/readyz`)).ok);
    const call = async <Answer>(
      method: string,
      path: string,
      body: object,
      key = ownerKey,
    ): Promise<Answer> => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return JSON.parse(text) as Answer;
    };
    const { app, waba, number, token } = demoAccount;
    await call("POST", "/v1/senders", {
      waba_id: waba.id,
      phone_number_id: number.id,
      app_id: app.id,
      app_secret: app.secret,
      access_token: token.value,
    });
    return { url, pid: Number(child.pid), call, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}
