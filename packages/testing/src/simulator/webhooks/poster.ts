import { Agent, request } from "undici";

/** Posts webhooks and makes the subscription handshake, over connections that stay open. Loopback only. */
export interface Poster {
  /** The status the receiver answered, or the error that kept it from answering. */
  post(url: string, bytes: Buffer, signature: string | undefined): Promise<PostResult>;
  /** Meta's GET with `hub.challenge`; a sentence says what was wrong, undefined that all was well. */
  handshake(url: string, verifyToken: string, challenge: string): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface PostResult {
  status?: number;
  error?: string;
  tookMs: number;
}

const CHALLENGE_BYTES_MAX = 4096;
const LOOPBACK = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

export function createPoster(options: { connections: number; timeoutMs: number }): Poster {
  const agent = new Agent({
    connections: options.connections,
    pipelining: 1,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    connect: {
      timeout: options.timeoutMs,
      // Names are never looked up: the only name that is accepted is localhost.
      lookup: (_name, lookup, done) =>
        typeof lookup === "object" && lookup.all ? done(null, LOOPBACK) : done(null, "127.0.0.1", 4),
    },
  });

  async function post(url: string, bytes: Buffer, signature: string | undefined): Promise<PostResult> {
    const startedAt = performance.now();
    const took = () => Math.round((performance.now() - startedAt) * 10) / 10;
    try {
      const response = await request(url, {
        method: "POST",
        dispatcher: agent,
        headers: {
          "content-type": "application/json",
          "user-agent": "facebookexternalua",
          ...(signature === undefined ? {} : { "x-hub-signature-256": signature }),
        },
        body: bytes,
      });
      await response.body.dump();
      return { status: response.statusCode, tookMs: took() };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error), tookMs: took() };
    }
  }

  // behaviour: subscription-handshake
  async function handshake(url: string, verifyToken: string, challenge: string): Promise<string | undefined> {
    const target = new URL(url);
    target.searchParams.set("hub.mode", "subscribe");
    target.searchParams.set("hub.challenge", challenge);
    target.searchParams.set("hub.verify_token", verifyToken);
    try {
      const response = await request(target, { dispatcher: agent });
      const answer = (await response.body.text()).slice(0, CHALLENGE_BYTES_MAX);
      if (response.statusCode !== 200) return `HTTP Status Code = ${response.statusCode}`;
      return answer === challenge ? undefined : "the answer is not the challenge";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  return { post, handshake, close: () => agent.destroy() };
}
