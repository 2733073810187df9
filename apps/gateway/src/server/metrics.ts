import type { Messaging } from "@webxkey/core";
import type { RequestHandler } from "express";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { routePattern } from "./route-pattern.ts";

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface Metrics {
  readonly contentType: string;
  /** In Prometheus' text format. The queues are counted when asked; where the database is away they are left out. */
  read(): Promise<string>;
  /** Counts every answer by route pattern and status. Neither a path nor an id is ever a label. */
  readonly countRequests: RequestHandler;
}

export function createMetrics(messaging: () => Messaging | undefined): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const requests = new Counter({
    name: "webxkey_http_requests_total",
    help: "HTTP requests answered, by route and status.",
    labelNames: ["route", "status"],
    registers: [register],
  });
  const seconds = new Histogram({
    name: "webxkey_http_request_seconds",
    help: "Time from the request's headers to the end of its answer.",
    labelNames: ["route"],
    buckets: SECONDS,
    registers: [register],
  });
  const queues = new Gauge({
    name: "webxkey_queue",
    help: "What waits in this installation: messages by state, webhooks that are not applied, parts set aside.",
    labelNames: ["queue"],
    registers: [register],
  });
  const oldest = new Gauge({
    name: "webxkey_oldest_due_seconds",
    help: "How long the message that is due the longest has waited; 0 when none is due.",
    registers: [register],
  });
  const duplicated = new Gauge({
    name: "webxkey_duplicated_messages",
    help: "Messages that Meta accepted twice, since the installation.",
    registers: [register],
  });
  const sentAfterStop = new Gauge({
    name: "webxkey_messages_sent_after_stop",
    help: "Messages whose request began within the second after another process had recorded the person's stop.",
    registers: [register],
  });

  async function countQueues(): Promise<void> {
    queues.reset();
    oldest.set(0);
    const stats = await messaging()?.stats();
    if (!stats) return;
    const { oldestDueSeconds, duplicated: twice, sentAfterStop: late, ...counts } = stats;
    oldest.set(oldestDueSeconds ?? 0);
    duplicated.set(twice);
    sentAfterStop.set(late);
    for (const [name, count] of Object.entries(counts)) queues.set({ queue: snakeCase(name) }, count);
  }

  return {
    contentType: register.contentType,
    async read() {
      await countQueues().catch(() => undefined);
      return await register.metrics();
    },
    countRequests(request, response, next) {
      const route = routePattern(request.method, request.path);
      const stop = seconds.startTimer({ route });
      response.once("close", () => {
        stop();
        // A client that went away before its answer is counted as the 499 of common proxies.
        requests.inc({ route, status: response.writableFinished ? response.statusCode : 499 });
      });
      next();
    },
  };
}

const snakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
