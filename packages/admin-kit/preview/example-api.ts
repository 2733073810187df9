import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { OpenAPIHandler } from "@orpc/openapi/node";
import { implement, ORPCError, ValidationError } from "@orpc/server";
import { contract } from "@webxkey/core/contract";
import type { Mapping } from "../src/mapping/mapping.ts";
import { holdOf } from "../src/messages/message-view.ts";
import { chooseExample, connectExample, disconnectExample } from "./example-senders.ts";
import { type ExampleShop, NOW } from "./example-shop.ts";

/** A problem that the example API answers with, as the engine would. */
export interface ExampleProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly fields?: readonly { pointer: string; detail: string }[];
}

export interface ExampleApi {
  readonly url: string;
  /** What was asked so far, `POST /v1/senders` and so on, in order. */
  readonly asked: readonly string[];
  /** Answers the next request whose method and path start so with a problem instead. */
  failNext(start: string, problem: ExampleProblem): void;
  close(): Promise<void>;
}

const PAGE_SIZE_MAX = 100;

/**
 * The contract served over an example shop, for previews and for tests of the pages: a real HTTP server on loopback, its
 * input and output checked by the contract's own schemas, with none of the engine behind it.
 */
export async function startExampleApi(
  shop: ExampleShop,
  otherwise: (path: string) => { type: string; body: string } | null = () => null,
): Promise<ExampleApi> {
  const asked: string[] = [];
  const failures: { start: string; problem: ExampleProblem }[] = [];
  const handler = new OpenAPIHandler(exampleRouter(shop), {
    customErrorResponseBodyEncoder: (error) => problemBody(error),
  });
  const server = createServer((request, response) => {
    const operation = `${request.method} ${request.url}`;
    if (/^\/(v1|mapping|intake|access|team)\b/.test(request.url ?? "")) asked.push(operation);
    const failure = failures.find(({ start }) => operation.startsWith(start));
    if (failure) {
      failures.splice(failures.indexOf(failure), 1);
      response.writeHead(failure.problem.status, { "content-type": "application/problem+json" });
      response.end(JSON.stringify({ type: "about:blank", fields: [], ...failure.problem }));
      return;
    }
    if (/^\/(mapping|intake|access|team)\b/.test(request.url ?? "")) {
      void answerOfHost(shop, operation, request).then((answer) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(answer));
      });
      return;
    }
    void handler.handle(request, response).then(({ matched }) => {
      if (matched) return;
      const page = otherwise(new URL(request.url ?? "/", "http://localhost").pathname);
      response.writeHead(page ? 200 : 404, { "content-type": page?.type ?? "text/plain" });
      response.end(page?.body ?? "Not found");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    failNext: (start, problem) => void failures.push({ start, problem }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a host's plugin answers beside the engine's contract. */
async function answerOfHost(
  shop: ExampleShop,
  operation: string,
  request: IncomingMessage,
): Promise<unknown> {
  const host = shop.mapping;
  switch (operation) {
    case "GET /access":
      return shop.access;
    case "GET /team":
      return { people: shop.team };
    case "GET /intake":
      return { waiting: Array.from({ length: shop.parked }, () => ({ parked_at: NOW.toISOString() })) };
    case "POST /intake/retry":
      shop.parked = 0;
      return { retried: 1 };
    case "POST /mapping/preview":
      return { entries: host.entries };
    case "PUT /mapping":
      host.state = { ...host.state, mapping: (await json(request)) as Mapping, problems: [] };
      return host.state;
    default:
      return host.state;
  }
}

function exampleRouter(shop: ExampleShop) {
  const api = implement(contract);
  const absent = (what: string) =>
    new ORPCError("not_found", { status: 404, message: "Not found", data: `There is no such ${what}.` });
  const noPage = (): never => {
    throw absent("page for this");
  };
  const find = (id: string) => {
    const found = shop.messages.find(({ message_id }) => message_id === id);
    if (!found) throw absent("message");
    return found;
  };
  const setRole = (userId: string, role: ExampleShop["team"][number]["role"]) => {
    if (!shop.team.some(({ user_id }) => user_id === userId)) throw absent("member");
    shop.team = shop.team.map((person) =>
      person.user_id === userId ? { ...person, role, since: role && NOW.toISOString() } : person,
    );
  };
  const settle = (id: string, state: "queued" | "cancelled" | "blocked") =>
    Object.assign(find(id), { state, reason: null, actions: [], updated_at: NOW.toISOString() });
  /** Like the engine, it leaves alone what is not held any more. */
  const settleAll = (input: object, state: "queued" | "cancelled") => {
    const ids = "message_ids" in input ? (input.message_ids as string[]) : [];
    const held = ids.filter((id) => find(id).state === "held");
    for (const id of held) settle(id, state);
    return { message_ids: held, more: false };
  };
  return api.router({
    me: { get: api.me.get.handler(() => shop.me) },
    members: {
      list: api.members.list.handler(noPage),
      set: api.members.set.handler(({ input: { user_id, role } }) => {
        setRole(user_id, role);
        return { user_id, role };
      }),
      remove: api.members.remove.handler(({ input: { user_id } }) => {
        setRole(user_id, null);
        return { user_id };
      }),
    },
    invitations: {
      list: api.invitations.list.handler(noPage),
      create: api.invitations.create.handler(noPage),
      revoke: api.invitations.revoke.handler(noPage),
    },
    settings: {
      get: api.settings.get.handler(() => shop.settings),
      set: api.settings.set.handler(({ input }) => {
        shop.settings = { ...shop.settings, language: input.language ?? null };
        return shop.settings;
      }),
    },
    keys: {
      list: api.keys.list.handler(noPage),
      create: api.keys.create.handler(noPage),
      revoke: api.keys.revoke.handler(noPage),
    },
    workspaces: {
      list: api.workspaces.list.handler(noPage),
      create: api.workspaces.create.handler(noPage),
    },
    connections: {
      list: api.connections.list.handler(noPage),
      show: api.connections.show.handler(noPage),
      create: api.connections.create.handler(noPage),
      update: api.connections.update.handler(noPage),
      rotateAddress: api.connections.rotateAddress.handler(noPage),
      rotateSecret: api.connections.rotateSecret.handler(noPage),
      test: api.connections.test.handler(noPage),
      retry: api.connections.retry.handler(noPage),
      remove: api.connections.remove.handler(noPage),
    },
    privacyRequests: {
      list: api.privacyRequests.list.handler(noPage),
      show: api.privacyRequests.show.handler(noPage),
      answer: api.privacyRequests.answer.handler(noPage),
    },
    senders: {
      list: api.senders.list.handler(() => ({ senders: shop.senders })),
      connect: api.senders.connect.handler(({ input }) => connectExample(shop, input)),
      disconnect: api.senders.disconnect.handler(({ input }) => disconnectExample(shop, input.sender_id)),
      choose: api.senders.choose.handler(({ input }) => chooseExample(shop, input.sender_id)),
      check: api.senders.check.handler(() => ({
        ok: shop.checks.every(({ ok }) => ok),
        checks: shop.checks,
      })),
    },
    templates: {
      list: api.templates.list.handler(() => ({ templates: shop.templates })),
      sync: api.templates.sync.handler(() => ({ synced: shop.templates.length })),
    },
    rules: {
      list: api.rules.list.handler(() => ({ rules: shop.rules })),
      set: api.rules.set.handler(({ input }) => {
        const rule = shop.rules.find(({ rule_id }) => rule_id === input.rule_id);
        if (!rule) throw absent("rule");
        return Object.assign(rule, {
          active: input.active,
          activated_at: input.active ? NOW.toISOString() : null,
        });
      }),
    },
    messages: {
      list: api.messages.list.handler(({ input }) => {
        const from = Number(input.cursor ?? 0);
        const until = from + (input.limit ?? PAGE_SIZE_MAX);
        const found = shop.messages.filter(
          (message) =>
            (input.state === undefined || message.state === input.state) &&
            (input.hold === undefined || holdOf(message) === input.hold),
        );
        return {
          messages: found.slice(from, until),
          next_cursor: until < found.length ? String(until) : null,
        };
      }),
      timeline: api.messages.timeline.handler(({ input }) => ({
        message: find(input.message_id),
        entries: shop.entries,
      })),
      release: api.messages.release.handler(({ input }) => settle(input.message_id, "queued")),
      cancel: api.messages.cancel.handler(({ input }) => settle(input.message_id, "cancelled")),
      resend: api.messages.resend.handler(({ input }) => settle(input.message_id, "queued")),
      releaseHeld: api.messages.releaseHeld.handler(({ input }) => settleAll(input, "queued")),
      cancelHeld: api.messages.cancelHeld.handler(({ input }) => settleAll(input, "cancelled")),
    },
    answers: {
      list: api.answers.list.handler(({ input }) => ({
        answers: shop.answers.filter(
          ({ read_at, entity }) =>
            (input.unread !== "true" || read_at === null) &&
            (input.entity_ref === undefined || entity?.ref === input.entity_ref),
        ),
        unread: unreadOf(shop),
        next_cursor: null,
      })),
      read: api.answers.read.handler(({ input: { answer_ids } }) => {
        shop.answers = shop.answers.map((answer) =>
          answer_ids.includes(answer.answer_id)
            ? { ...answer, read_at: NOW.toISOString(), read_by: shop.me.user_id }
            : answer,
        );
        return { marked: answer_ids.length, unread: unreadOf(shop) };
      }),
    },
    entities: {
      timeline: api.entities.timeline.handler(({ input }) => {
        const messages = shop.messages.filter(({ entity }) => entity.ref === input.entity_ref);
        return {
          entity: messages[0]?.entity ?? { type: input.entity_type, ref: input.entity_ref, label: null },
          messages,
          entries: messages.length > 0 ? shop.entries : [],
        };
      }),
    },
    consents: {
      list: api.consents.list.handler(({ input }) => ({
        consents: shop.consents.filter(({ entity }) => entity?.ref === input.entity_ref),
      })),
      show: api.consents.show.handler(noPage),
      grant: api.consents.grant.handler(noPage),
      import: api.consents.import.handler(noPage),
      withdraw: api.consents.withdraw.handler(() => ({ withdrawn: 0, people_known: 0 })),
    },
    unsure: {
      list: api.unsure.list.handler(() => ({ unsure: shop.unsure })),
      count: api.unsure.count.handler(() => ({ open: shop.unsure.length })),
      answer: api.unsure.answer.handler(({ input: { case_id, answer } }) => {
        const answered = shop.unsure.find((one) => one.case_id === case_id);
        if (!answered) throw absent("message");
        shop.unsure = shop.unsure.filter((one) => one !== answered);
        for (const waiting of shop.messages.filter(({ recipient }) => recipient === answered.from))
          settle(waiting.message_id, answer === "opt_out" ? "blocked" : "queued");
        return { answered: true as const };
      }),
    },
    wordings: {
      list: api.wordings.list.handler(noPage),
      create: api.wordings.create.handler(noPage),
    },
    events: {
      publish: api.events.publish.handler(() => ({ event_id: "", seen_before: true, intents: [] })),
    },
    alerts: {
      list: api.alerts.list.handler(() => ({ alerts: shop.alerts })),
      acknowledge: api.alerts.acknowledge.handler(({ input }) => {
        const alert = shop.alerts.find(({ alert_id }) => alert_id === input.alert_id);
        if (!alert) throw absent("alert");
        return Object.assign(alert, { acknowledged: { at: NOW.toISOString(), by: shop.me.user_id } });
      }),
    },
    audit: { verify: api.audit.verify.handler(() => ({ ok: true, entries: 0, head: null, faults: [] })) },
  });
}

function unreadOf({ answers }: ExampleShop): number {
  return answers.filter(({ read_at }) => read_at === null).length;
}

function problemBody(error: ORPCError<string, unknown>) {
  const issues = error.cause instanceof ValidationError ? error.cause.issues : [];
  return {
    type: "about:blank",
    status: error.status,
    code: error.status === 400 ? "invalid_input" : error.code,
    title: error.status === 400 ? "The input is not valid" : error.message,
    detail: typeof error.data === "string" ? error.data : "Correct the fields named here.",
    fields: issues.map(({ path = [], message }) => ({
      pointer: path.map((part) => `/${String(typeof part === "object" ? part.key : part)}`).join(""),
      detail: message,
    })),
  };
}
