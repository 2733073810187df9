import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Fault, FaultKind, Occasion } from "../faults.ts";
import { errorEnvelope, refusal } from "../graph-errors.ts";
import { digitsOfPhone } from "../people/people.ts";
import { findByUserId } from "../people/user-ids.ts";
import { waIdOf } from "../people/wa-id.ts";
import type { Simulation } from "../simulation.ts";
import { type AcceptedMessage, type AnswerGiven, type World, wabaOf } from "../world.ts";
import { type GraphAnswer, type GraphCall, readTarget } from "./call.ts";
import { answerCall } from "./router.ts";

const BEFORE: FaultKind[] = ["server_error_before", "reset_before", "hang_before"];
const AFTER: FaultKind[] = [
  "server_error_after",
  "reset_after",
  "hang_after",
  "truncated_body",
  "truncated_json",
  "wrong_content_type",
  "slow_drip",
];
const SLOW_MS = 2_000;
const OVERTAKEN_MS_MAX = 5_000;
const DRIPS = 20;
/** Read from the text, because a fault may strike before the body is understood. */
const CALLBACK_DATA = /"biz_opaque_callback_data":"([^"\\]*)"/;
const TO = /"to":"([^"\\]*)"/;
const USER_ID = /"recipient":"([^"\\]*)"/;
const TEMPLATE_NAME = /"template":\{"name":"([^"\\]*)"/;
const REVISION = "1030000000";
const HTML = "<!DOCTYPE html><html><body><h1>Sorry, something went wrong.</h1></body></html>";

const ANSWER_OF_FAULT: Partial<Record<FaultKind, AnswerGiven>> = {
  server_error_after: "server_error",
  reset_after: "reset",
  hang_after: "hang",
  truncated_body: "truncated_body",
  truncated_json: "truncated_json",
  wrong_content_type: "wrong_content_type",
  slow_drip: "slow_drip",
};

/** Serves the Graph API: understands the call, lets faults strike, and writes Meta's headers and bodies. */
export async function serveGraph(
  sim: Simulation,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  origin: string,
): Promise<void> {
  const atMs = sim.clock.now();
  const target = request.url ?? "/";
  const method = request.method ?? "GET";
  const read = readTarget(target);
  const call: GraphCall | undefined = read && {
    ...read,
    method,
    authorization: request.headers.authorization,
    contentType: request.headers["content-type"] ?? "",
    body,
    atMs,
  };
  const toMessages = method === "POST" && call?.path[1] === "messages";
  const occasion: Occasion = {
    phoneNumberId: call?.path[0],
    route: toMessages ? "messages" : "all",
    ...(toMessages && {
      phone: phoneNamedIn(sim.world, call?.path[0], body),
      template: TEMPLATE_NAME.exec(body)?.[1],
    }),
  };
  const callbackData = occasion.route === "messages" ? CALLBACK_DATA.exec(body)?.[1] : undefined;
  const log = (status?: number, code?: number) => {
    sim.requests.add({
      atMs,
      method,
      path: target.split("?")[0] ?? target,
      ...(status === undefined ? {} : { status }),
      ...(code === undefined ? {} : { code }),
      ...(callbackData === undefined ? {} : { callbackData }),
    });
    sim.changed();
  };

  const before = sim.faults.strike(BEFORE, occasion);
  if (before) {
    breakAnswer(sim, response, before, "");
    return log(before.kind === "server_error_before" ? 500 : undefined);
  }
  const { answer, message, reported } = await answerCall(sim, call, origin, target);
  const about = message
    ? { ...occasion, phone: message.person?.digits, template: message.template?.name }
    : occasion;
  await delayAnswer(sim, about, message, reported);
  const text = textOf(sim, answer);
  const canBreak = message !== undefined || occasion.route === "all";
  const after = canBreak ? sim.faults.strike(AFTER, about) : undefined;
  if (after) {
    if (message) message.answer = ANSWER_OF_FAULT[after.kind] ?? "ok";
    breakAnswer(sim, response, after, text);
    return log(after.kind === "server_error_after" ? 500 : undefined);
  }
  const status = "refused" in answer ? answer.refused.http : answer.status;
  if ("refused" in answer && occasion.route === "messages") sim.world.counts.refused += 1;
  const retryAfterSeconds = "refused" in answer ? answer.refused.retryAfterSeconds : undefined;
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", retryAfterSeconds);
  write(sim, response, status, call?.version ?? "v26.0", text);
  log(status, "refused" in answer ? answer.refused.code : undefined);
}

/** Whom a send names, as WhatsApp writes the number. */
function phoneNamedIn(world: World, phoneNumberId: string | undefined, body: string): string | undefined {
  const to = TO.exec(body)?.[1];
  if (to !== undefined) return waIdOf(world, digitsOfPhone(to));
  const number = phoneNumberId === undefined ? undefined : world.numbers.get(phoneNumberId);
  const userId = USER_ID.exec(body)?.[1];
  if (!number || userId === undefined) return undefined;
  return findByUserId(world, wabaOf(world, number).portfolioId, userId)?.digits;
}

// behaviour: webhook-before-response
async function delayAnswer(
  sim: Simulation,
  occasion: Occasion,
  message: AcceptedMessage | undefined,
  reported: Promise<void> | undefined,
): Promise<void> {
  if (message && reported && sim.faults.strike(["webhook_before_response"], occasion)) {
    await Promise.race([reported, pause(OVERTAKEN_MS_MAX, undefined, { ref: false })]);
  }
  const slow = sim.faults.strike(["slow_answer"], occasion);
  if (slow) await pause(slow.delayMs ?? SLOW_MS);
}

function textOf(sim: Simulation, answer: GraphAnswer): string {
  return JSON.stringify("refused" in answer ? errorEnvelope(answer.refused, sim.ids.fbtrace()) : answer.body);
}

// behaviour: graph-headers
function write(
  sim: Simulation,
  response: ServerResponse,
  status: number,
  version: string,
  text: string,
): void {
  response.writeHead(status, {
    "content-type": "application/json; charset=UTF-8",
    "content-length": Buffer.byteLength(text),
    "facebook-api-version": version,
    "x-fb-trace-id": sim.ids.fbtrace(),
    "x-fb-rev": REVISION,
    "cache-control": "private, no-cache, no-store, must-revalidate",
    "x-webxkey-simulator": "nothing leaves this machine",
  });
  response.end(text);
}

/** Answers in the way the fault asks for, or does not answer at all. */
// behaviour: broken-answers
function breakAnswer(sim: Simulation, response: ServerResponse, fault: Fault, text: string): void {
  switch (fault.kind) {
    case "reset_before":
    case "reset_after":
      response.socket?.resetAndDestroy();
      return;
    case "hang_before":
    case "hang_after":
      return;
    case "server_error_before":
    case "server_error_after": {
      const envelope =
        fault.code === undefined
          ? HTML
          : JSON.stringify(errorEnvelope(refusal(fault.code), sim.ids.fbtrace()));
      response.writeHead(500, {
        "content-type": fault.code === undefined ? "text/html" : "application/json",
      });
      response.end(envelope);
      return;
    }
    case "truncated_body":
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      });
      response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
      return;
    case "slow_drip":
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      });
      void drip(response, text, fault.delayMs ?? SLOW_MS);
      return;
    case "truncated_json":
      response.writeHead(200, { "content-type": "application/json" });
      response.end(text.slice(0, text.length / 2));
      return;
    default:
      response.writeHead(200, { "content-type": "text/html" });
      response.end(HTML);
  }
}

/** Each piece keeps the connection alive, so that only a deadline for the whole answer ends the wait. */
async function drip(response: ServerResponse, text: string, overMs: number): Promise<void> {
  const pieceLength = Math.ceil(text.length / DRIPS);
  for (let at = 0; at < text.length && !response.destroyed; at += pieceLength) {
    response.write(text.slice(at, at + pieceLength));
    await pause(overMs / DRIPS, undefined, { ref: false });
  }
  response.end();
}
