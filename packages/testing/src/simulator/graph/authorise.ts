import { createHmac, timingSafeEqual } from "node:crypto";
import { type GraphRefusal, invalidParameter } from "../graph-errors.ts";
import type { Simulation } from "../simulation.ts";
import type { App, Token } from "../world.ts";
import type { GraphCall } from "./call.ts";

export interface Caller {
  token: Token;
  app: App;
}

const REAL_TOKEN_PREFIX = "EAA";
const REAL_TOKEN_CHARACTERS = 100;
const proofs = new WeakMap<Token, string>();

/** Who calls: the token from the header or the query, checked as far as the token alone can be. */
// behaviour: token-checks
export function authorise(sim: Simulation, call: GraphCall): Caller | { refused: GraphRefusal } {
  const value = tokenOf(call);
  if (!value) return { refused: noToken() };
  // behaviour: real-tokens-refused
  if (value.startsWith(REAL_TOKEN_PREFIX) && value.length > REAL_TOKEN_CHARACTERS)
    return { refused: realToken() };
  const token = sim.world.tokens.get(value);
  const app = token && sim.world.apps.get(token.appId);
  if (!token || !app) return { refused: invalidToken() };
  const isStruck = sim.faults.strike(["token_expired"], { phoneNumberId: call.path[0] }) !== undefined;
  const isExpired = token.expiresAtMs !== undefined && token.expiresAtMs <= call.atMs;
  if (isStruck || isExpired) return { refused: expiredToken(token.expiresAtMs ?? call.atMs, call.atMs) };
  const refused = checkProof(call.query.get("appsecret_proof"), token, app);
  return refused ? { refused } : { token, app };
}

export function tokenOf(call: GraphCall): string | undefined {
  const [scheme, value] = call.authorization?.split(" ") ?? [];
  return scheme?.toLowerCase() === "bearer" ? value : (call.query.get("access_token") ?? undefined);
}

// behaviour: appsecret-proof
function checkProof(proof: string | null, token: Token, app: App): GraphRefusal | undefined {
  if (proof === null) {
    return app.requireAppSecretProof
      ? invalidParameter("API calls from the server require an appsecret_proof argument")
      : undefined;
  }
  const expected = proofs.get(token) ?? createHmac("sha256", app.secret).update(token.value).digest("hex");
  proofs.set(token, expected);
  const isRight =
    proof.length === expected.length && timingSafeEqual(Buffer.from(proof), Buffer.from(expected));
  if (isRight) return undefined;
  return {
    ...invalidParameter(""),
    message: "Invalid appsecret_proof provided in the API argument",
    type: "GraphMethodException",
  };
}

export function invalidToken(): GraphRefusal {
  return { http: 401, code: 190, message: "Invalid OAuth access token - Cannot parse access token" };
}

function noToken(): GraphRefusal {
  return {
    http: 400,
    code: 2500,
    message: "An active access token must be used to query information about the current user.",
  };
}

function realToken(): GraphRefusal {
  return {
    http: 400,
    code: 190,
    message:
      "This is a simulator and this token looks real (EAA…, more than 100 characters). It was refused and not stored. Use a token that was seeded here, and keep the real one for graph.facebook.com.",
  };
}

function expiredToken(expiredAtMs: number, nowMs: number): GraphRefusal {
  const day = (ms: number) => new Date(ms).toUTCString();
  return {
    http: 401,
    code: 190,
    subcode: 463,
    message: `Error validating access token: Session has expired on ${day(expiredAtMs)}. The current time is ${day(nowMs)}.`,
  };
}
