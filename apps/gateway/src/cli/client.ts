import { createORPCClient } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import { type Contract, contract } from "@webxkey/core/contract";
import { z } from "zod";
import type { ClientSettings } from "../env.ts";
import { Failure } from "./failure.ts";

/** The gateway's HTTP API, typed from its contract. Every call rejects with a {@link Failure}. */
export type GatewayClient = ContractRouterClient<Contract>;

const CALL_MS_MAX = 60_000;

const problemDocument = z.object({
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string().optional(),
  fields: z.array(z.object({ pointer: z.string(), detail: z.string() })).default([]),
});

export function createGatewayClient({ url, apiKey }: ClientSettings): GatewayClient {
  if (!apiKey) {
    throw new Failure(
      'Set WEBXKEY_API_KEY to a key of the gateway: the owner key that "webxkey init" showed, or one from "webxkey key create".',
    );
  }
  const link = new OpenAPILink(contract, {
    url,
    headers: { authorization: `Bearer ${apiKey.reveal()}` },
    fetch: (request) => answered(request, url),
  });
  return createORPCClient(link);
}

/** What the process itself answers, beside the API: `/healthz`, `/readyz`. */
export async function askProcess({ url }: ClientSettings, path: string): Promise<unknown> {
  return await (await answered(new Request(`${url}${path}`), url)).json();
}

/** A call that no key is needed for, because what is sent proves itself. */
export async function postWithBearer(
  { url }: ClientSettings,
  path: string,
  bearer: string,
): Promise<unknown> {
  const headers = { authorization: `Bearer ${bearer}` };
  return await (await answered(new Request(`${url}${path}`, { method: "POST", headers }), url)).json();
}

/** Turns every answer that is not the API's own JSON into a failure: the link would take a proxy's page for a file. */
async function answered(request: Request, url: string): Promise<Response> {
  const response = await send(request, url);
  const isJson = /^application\/(problem\+)?json\b/i.test(response.headers.get("content-type") ?? "");
  if (response.ok && (isJson || response.status === 204)) return response;
  const problem = problemDocument.safeParse(isJson ? await response.json().catch(() => null) : null);
  if (problem.success) throw problemFailure(problem.data);
  throw new Failure(
    `${url} answered ${response.status}, and not as a WebxKey gateway does. Is WEBXKEY_URL right?`,
  );
}

async function send(request: Request, url: string): Promise<Response> {
  try {
    // A redirect would carry the key to an address that nobody named.
    return await fetch(request, { redirect: "manual", signal: AbortSignal.timeout(CALL_MS_MAX) });
  } catch (cause) {
    throw new Failure(`No gateway answers at ${url}. Start it ("webxkey serve"), or set WEBXKEY_URL.`, {
      cause,
    });
  }
}

/** RFC 9457, field by field: the pointer into what was sent, and what is wrong there. */
function problemFailure(problem: z.infer<typeof problemDocument>): Failure {
  const sentence = `${problem.title} (${problem.code}, ${problem.status}).`;
  const fields = problem.fields.map(({ pointer, detail }) => `  ${pointer || "/"}: ${detail}`);
  return new Failure(sentence, {
    lines: [...(problem.detail ? [problem.detail] : []), ...fields],
    document: problem,
  });
}
