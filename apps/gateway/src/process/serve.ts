import { createProcessLog, openEngine } from "../open-engine.ts";
import { createApp } from "../server/app.ts";
import { DRAIN_MS_MAX } from "../server/limits.ts";
import { listen } from "../server/listen.ts";
import type { Serving } from "../server/serving.ts";
import type { CompleteSettings } from "../settings.ts";
import { within } from "./signals.ts";
import { startWork } from "./work.ts";

const EMBEDDED =
  "Storage is embedded: one process, and not safe against a power cut. Set DATABASE_URL for PostgreSQL.";
const CLOSE_MS_MAX = 3_000;

export interface ServeOptions {
  /** Sends and applies webhooks too. Without it, `worker` processes on the same PostgreSQL do. */
  readonly work: boolean;
  /** Resolves when the process is asked to end. */
  readonly stop: Promise<unknown>;
  /** Tells a person at the terminal. */
  readonly say: (line: string) => void;
}

/**
 * Runs a gateway until it is told to stop. The port is bound first, so that probes are answered while the database is waited
 * for; at the end requests and sends under way finish together, within a bound, before storage is closed.
 *
 * @throws WebxkeyError where no waiting mends the start: another root key, a newer schema, a directory that is in use.
 */
export async function serve(
  settings: CompleteSettings,
  { work: working, stop, say }: ServeOptions,
): Promise<void> {
  const log = createProcessLog(settings);
  const serving: Serving = { draining: false };
  const https = settings.publicUrl?.startsWith("https:") ?? false;
  const server = await listen(createApp(serving, { https }), settings);
  const messaging = openEngine(settings, { log, port: server.port });
  const work = working ? startWork(messaging, log) : undefined;
  try {
    if (settings.storage.name === "pglite") {
      // Nobody else opens an embedded database, so that what is wrong with it now stays wrong.
      await messaging.installedAt();
      say(EMBEDDED);
    }
    serving.messaging = messaging;
    say(`The gateway answers at http://${urlHost(settings.host)}:${server.port}`);
    log.info("gateway.started");
    await Promise.race([stop, ...(work ? [work.failed] : [])]);
    serving.draining = true;
    log.info("gateway.draining");
    // An attempt that is cut here is one of unknown outcome: its lease ends, and it is settled, not repeated.
    if (!(await within(DRAIN_MS_MAX, Promise.all([server.drain(), work?.stop()])))) {
      log.warn("gateway.drain_cut", { duration_ms: DRAIN_MS_MAX });
    }
  } finally {
    server.cut();
    await within(
      CLOSE_MS_MAX,
      Promise.resolve(work?.stop()).then(() => messaging.close()),
    );
  }
  log.info("gateway.ended");
}

const urlHost = (host: string) => (host.includes(":") ? `[${host}]` : host);
