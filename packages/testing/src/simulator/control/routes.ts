import type { z } from "zod";
import { BEHAVIOURS, NOT_SIMULATED } from "../behaviours.ts";
import type { Changes } from "../changes.ts";
import {
  describeAccepted,
  describeCounts,
  describeDelivery,
  describePerson,
  describePhone,
  describeReceived,
  describeState,
  describeTemplate,
} from "../describe.ts";
import { FAULT_KINDS } from "../faults.ts";
import { changeNumber, changeUserId } from "../people/new-ids.ts";
import { shareOldChat } from "../people/old-chats.ts";
import { digitsOfPhone, personAt, putPerson } from "../people/people.ts";
import {
  enterFromAd,
  holdByAgent,
  openChat,
  react,
  replyText,
  sendAnything,
  setMarketingPreference,
  switchPhone,
  tapButton,
} from "../people/phone-actions.ts";
import { waIdOf } from "../people/wa-id.ts";
import { applySeed, seedSchema, setAppCallback } from "../seed.ts";
import type { Simulation } from "../simulation.ts";
import { SimulatorError } from "../simulator-error.ts";
import { changeStatus } from "../templates/lifecycle.ts";
import {
  advanceBody,
  agentBody,
  anyMessageBody,
  callbackBody,
  faultBody,
  newNumberBody,
  oldChatBody,
  personBody,
  preferenceBody,
  reactBody,
  redeliverBody,
  replyBody,
  tapBody,
  templateStatusBody,
  webhookBody,
} from "./bodies.ts";
import { deliverBody, redeliver } from "./deliver-body.ts";
import { forget } from "./forget.ts";

export interface ControlContext {
  sim: Simulation;
  changes: Changes;
}

interface ControlCall<Body> extends ControlContext {
  /** The part of the path in braces, or an empty string. */
  key: string;
  query: URLSearchParams;
  body: Body;
}

export interface ControlRoute {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Under /_simulator; at most one part in braces. */
  path: string;
  about: string;
  run(call: ControlCall<unknown>): unknown;
}

const WAIT_MS_MAX = 30_000;
const PAGE_MAX = 10_000;

function get(path: string, about: string, run: (call: ControlCall<undefined>) => unknown): ControlRoute {
  return { method: "GET", path, about, run: (call) => run(call as ControlCall<undefined>) };
}

function change<S extends z.ZodType>(
  method: "POST" | "PATCH",
  path: string,
  about: string,
  schema: S,
  run: (call: ControlCall<z.output<S>>) => unknown,
): ControlRoute {
  return {
    method,
    path,
    about,
    run(call) {
      const parsed = schema.safeParse(call.body ?? {});
      if (!parsed.success) throw new SimulatorError(400, problemsOf(parsed.error));
      return run({ ...call, body: parsed.data });
    },
  };
}

function remove(path: string, about: string, run: (call: ControlCall<undefined>) => unknown): ControlRoute {
  return { method: "DELETE", path, about, run: (call) => run(call as ControlCall<undefined>) };
}

function problemsOf(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; ");
}

/** The control API: one table, from which also its own description comes. */
export const CONTROL_ROUTES: ControlRoute[] = [
  get("/", "This list.", () => describeRoutes()),
  get("/behaviours", "What is simulated, and how sure we are of each.", () => ({
    behaviours: BEHAVIOURS,
    notSimulated: NOT_SIMULATED,
  })),
  get("/counts", "The counts alone.", ({ sim }) => describeCounts(sim)),
  get("/state", "Counts and the newest messages, replies and webhooks.", ({ sim, changes }) =>
    describeState(sim, changes.revision()),
  ),
  get(
    "/changes",
    "Waits for a change: ?after={revision}&waitMs=. Answers the revision.",
    async ({ changes, query }) => {
      const waitMs = Math.min(Number(query.get("waitMs") ?? 0), WAIT_MS_MAX);
      await changes.after(Number(query.get("after") ?? -1), waitMs);
      return { revision: changes.revision() };
    },
  ),
  change(
    "POST",
    "/seed",
    "Adds apps, WABAs, numbers, tokens, templates and people.",
    seedSchema,
    ({ sim, body }) => applySeed(sim, body),
  ),
  change(
    "POST",
    "/apps/{id}/callback",
    "Sets the app's callback, after the hub.challenge handshake.",
    callbackBody,
    ({ sim, key, body }) => setAppCallback(sim, key, body.url, body.verifyToken),
  ),
  remove("/messages", "Forgets messages, webhooks, faults and waiting work; keeps the account.", ({ sim }) =>
    forget(sim),
  ),

  get(
    "/accepted",
    "Accepted messages, oldest first: ?skip=&limit=&phone=&phoneNumberId=&template=.",
    ({ sim, query }) => accepted(sim, query),
  ),
  get("/received", "What people wrote and tapped, oldest first.", ({ sim }) =>
    [...sim.world.received.values()].map(describeReceived),
  ),
  get("/requests", "Graph calls and how they were answered, oldest first.", ({ sim }) => sim.requests.list()),

  get("/faults", "The faults that are switched on.", ({ sim }) => ({
    kinds: FAULT_KINDS,
    faults: sim.faults.list(),
  })),
  change("POST", "/faults", "Switches a fault on.", faultBody, ({ sim, body }) => {
    const phone = body.phone && waIdOf(sim.world, digitsOfPhone(body.phone));
    const fault = sim.faults.add({ ...body, phone });
    sim.changed();
    return fault;
  }),
  remove("/faults", "Switches every fault off.", ({ sim }) => {
    sim.faults.clear();
    sim.changed();
  }),
  remove("/faults/{id}", "Switches a fault off.", ({ sim, key }) => {
    sim.faults.remove(key);
    sim.changed();
  }),

  get("/templates", "All templates with their status.", ({ sim }) =>
    [...sim.world.templates.values()].map(describeTemplate),
  ),
  change(
    "POST",
    "/templates/{name}/status",
    "Changes the status and tells the subscribers.",
    templateStatusBody,
    (call) => templateStatus(call),
  ),

  get("/phones/{phone}", "The person and the thread as the phone shows it.", ({ sim, key }) => {
    const { chosen } = describePhone(sim, personAt(sim.world, digitsOfPhone(key)).digits);
    return chosen;
  }),
  change(
    "PATCH",
    "/phones/{phone}",
    "Changes the person: user id mode, username, phone on or off.",
    personBody,
    ({ sim, key, body }) => {
      const { phoneIsOn, ...facts } = body;
      const person = putPerson(sim.world, { ...facts, digits: digitsOfPhone(key) });
      if (phoneIsOn !== undefined) switchPhone(sim, person, phoneIsOn);
      sim.changed();
      return describePerson(sim, person);
    },
  ),
  change(
    "POST",
    "/phones/{phone}/reply",
    "The person writes a text; STOP is one.",
    replyBody,
    ({ sim, key, body }) =>
      describeReceived(replyText(sim, personAt(sim.world, digitsOfPhone(key)), body).received),
  ),
  change(
    "POST",
    "/phones/{phone}/send",
    "The person sends a message of any type: a caption, an edit, the answer of a flow.",
    anyMessageBody,
    ({ sim, key, body }) =>
      describeReceived(sendAnything(sim, personAt(sim.world, digitsOfPhone(key)), body).received),
  ),
  change(
    "POST",
    "/phones/{phone}/history",
    "The shop shares a chat with the person from before the number was connected.",
    oldChatBody,
    ({ sim, key, body }) => shareOldChat(sim, personAt(sim.world, digitsOfPhone(key)), body),
  ),
  change(
    "POST",
    "/phones/{phone}/number",
    "The person takes a new number to their account.",
    newNumberBody,
    ({ sim, key, body }) => changeNumber(sim, personAt(sim.world, digitsOfPhone(key)), body.to),
  ),
  change("POST", "/phones/{phone}/user-id", "The person gets a new user id.", redeliverBody, ({ sim, key }) =>
    changeUserId(sim, personAt(sim.world, digitsOfPhone(key))),
  ),
  change(
    "POST",
    "/phones/{phone}/agent",
    "A business agent of Meta takes the chat, or gives it back.",
    agentBody,
    ({ sim, key, body }) => holdByAgent(sim, personAt(sim.world, digitsOfPhone(key)), body),
  ),
  change(
    "POST",
    "/phones/{phone}/tap",
    "Taps a reply button, by label or payload.",
    tapBody,
    ({ sim, key, body }) =>
      describeReceived(tapButton(sim, personAt(sim.world, digitsOfPhone(key)), body).received),
  ),
  change(
    "POST",
    "/phones/{phone}/react",
    "Reacts to a message; an empty emoji takes it back.",
    reactBody,
    ({ sim, key, body }) =>
      describeReceived(react(sim, personAt(sim.world, digitsOfPhone(key)), body).received),
  ),
  change(
    "POST",
    "/phones/{phone}/from-ad",
    "Comes in through an advertisement.",
    replyBody,
    ({ sim, key, body }) =>
      describeReceived(enterFromAd(sim, personAt(sim.world, digitsOfPhone(key)), body).received),
  ),
  change(
    "POST",
    "/phones/{phone}/preferences",
    "Stops or resumes marketing messages in WhatsApp's menu.",
    preferenceBody,
    ({ sim, key, body }) => {
      void setMarketingPreference(sim, personAt(sim.world, digitsOfPhone(key)), body);
    },
  ),
  change(
    "POST",
    "/phones/{phone}/read",
    "Opens the chat: what was delivered is read.",
    redeliverBody,
    ({ sim, key }) => {
      void openChat(sim, personAt(sim.world, digitsOfPhone(key)));
    },
  ),

  get("/webhooks", "The webhook delivery log, oldest first.", ({ sim, query }) =>
    sim.outbox.log.newest(Number(query.get("limit") ?? PAGE_MAX)).map(describeDelivery),
  ),
  change("POST", "/webhooks", "Signs any body and posts it.", webhookBody, ({ sim, body }) =>
    deliverBody(sim, body),
  ),
  get("/webhooks/{id}", "One webhook with its body and every try.", ({ sim, key }) => {
    const delivery = sim.outbox.log.find(key);
    if (!delivery) throw new SimulatorError(404, `There is no webhook ${key} in the log.`);
    return describeDelivery(delivery);
  }),
  change(
    "POST",
    "/webhooks/{id}/redeliver",
    "Posts a webhook again, with a flaw in the signature if asked.",
    redeliverBody,
    ({ sim, key, body }) => redeliver(sim, key, body.flaw),
  ),

  change(
    "POST",
    "/clock/advance",
    "Moves the clock forward; answers when everything due has happened.",
    advanceBody,
    async ({ sim, body }) => {
      await sim.clock.advance(body.ms);
      sim.changed();
      return { nowMs: sim.clock.now() };
    },
  ),
];

function describeRoutes() {
  return {
    simulator: "WebxKey Graph simulator. Nothing leaves this machine.",
    routes: CONTROL_ROUTES.map(({ method, path, about }) => ({ method, path: `/_simulator${path}`, about })),
  };
}

function accepted(sim: Simulation, query: URLSearchParams) {
  const dialled = query.get("phone")?.replace(/\D/g, "");
  const phone = dialled === undefined ? undefined : waIdOf(sim.world, dialled);
  const phoneNumberId = query.get("phoneNumberId");
  const template = query.get("template");
  const skip = Number(query.get("skip") ?? 0);
  const limit = Math.min(Number(query.get("limit") ?? PAGE_MAX), PAGE_MAX);
  const matching = [...sim.world.accepted.values()].filter(
    (message) =>
      (phone === undefined || message.person?.digits === phone) &&
      (phoneNumberId === null || message.number.id === phoneNumberId) &&
      (template === null || message.template?.name === template),
  );
  return matching.slice(skip, skip + limit).map(describeAccepted);
}

function templateStatus({ sim, key, body }: ControlCall<z.output<typeof templateStatusBody>>) {
  const chosen = [...sim.world.templates.values()].filter(
    (template) =>
      template.name === key &&
      (body.language === undefined || template.language === body.language) &&
      (body.wabaId === undefined || template.wabaId === body.wabaId),
  );
  if (chosen.length === 0)
    throw new SimulatorError(404, `There is no template ${key} ${body.language ?? ""}.`);
  for (const template of chosen) changeStatus(sim, template, body.status, body.reason);
  return chosen.map(describeTemplate);
}
