import { utcMinute } from "../kernel/utc-minute.ts";
import {
  debugToken,
  decideOnGraphError,
  type GraphClient,
  type GraphCredentials,
  type GraphResult,
  getPhoneNumber,
  getSubscribedApps,
} from "../meta/index.ts";
import type { Templates } from "../templates/index.ts";
import type { Sender } from "./sender-store.ts";

export interface SenderCheck {
  readonly id: "token" | "number" | "webhook" | "templates" | "business_agent";
  readonly ok: boolean;
  readonly sentence: string;
  readonly fix: string | null;
}

/** How long before its end a token is reported, so that there is time to make another. */
export const TOKEN_ENDING_DAYS = 7;

export interface CheckPorts {
  readonly graph: GraphClient;
  readonly templates: Templates;
  readonly now: Date;
  /** Each of them is ours. */
  readonly webhookUrls: readonly string[];
}

/**
 * Asks Meta whether a sender can send and hear, and says what to do where it cannot. Credentials that Meta refuses are the cause in
 * every row, because nothing else can be known while they are.
 */
export async function checkSender(
  { graph, templates, now, webhookUrls }: CheckPorts,
  sender: Sender,
  given: GraphCredentials,
  agentSeenAt: Date | null,
): Promise<SenderCheck[]> {
  const { check: token, refused } = await checkToken(graph, sender, given, now);
  const checks = refused
    ? [token, ...(["number", "webhook", "templates"] as const).map((id) => failing(id, refused))]
    : [
        token,
        ...(await Promise.all([
          checkNumber(graph, sender, given),
          checkWebhook(graph, sender, given, webhookUrls),
          checkTemplates(templates, sender),
        ])),
      ];
  return agentSeenAt ? [...checks, agentHolds(agentSeenAt)] : checks;
}

/** Nothing is wrong with it, but whoever wonders where customers' messages went should know. */
function agentHolds(at: Date): SenderCheck {
  return passing(
    "business_agent",
    `Meta Business Agent answers customers of this number; it last held a chat on ${utcMinute(at)}. A STOP that they write to it counts.`,
  );
}

export function qualityOf(rating: string | undefined): "GREEN" | "YELLOW" | "RED" | "UNKNOWN" {
  return rating === "GREEN" || rating === "YELLOW" || rating === "RED" ? rating : "UNKNOWN";
}

/** What is wrong, and what to do. */
interface Cause {
  readonly sentence: string;
  readonly fix: string;
}

const SECRET_REFUSED: Cause = {
  sentence: "Meta does not accept the app secret.",
  fix: "Copy the present secret from the Meta app's basic settings and connect the number again.",
};
const TOKEN_DEAD: Cause = {
  sentence: "The access token is no longer valid.",
  fix: "Make a new token in Meta's business settings and connect the number again.",
};
const OUT_OF_REACH: Cause = {
  sentence: "Meta could not be reached.",
  fix: "Run the check again in a few minutes.",
};

/** `refused`: Meta refuses the credentials, so that it answers no other question either. */
async function checkToken(
  graph: GraphClient,
  sender: Sender,
  { accessToken, appSecret }: GraphCredentials,
  now: Date,
): Promise<{ readonly check: SenderCheck; readonly refused?: Cause }> {
  const id = "token";
  const refusedFor = (refused: Cause) => ({ check: failing(id, refused), refused });
  if (!appSecret) return refusedFor(SECRET_REFUSED);
  const answer = await debugToken(graph, { token: accessToken, appId: sender.appId, appSecret });
  if (answer.kind === "error") {
    // The question is asked in the app's own name, with its secret.
    const { reasonCode } = decideOnGraphError(answer.error, answer.httpStatus);
    return reasonCode === "token_invalid" || reasonCode === "app_secret_invalid"
      ? refusedFor(SECRET_REFUSED)
      : { check: failing(id, causeOf(answer)) };
  }
  if (answer.kind !== "ok") return { check: failing(id, OUT_OF_REACH) };
  if (!answer.body.isValid) return refusedFor(TOKEN_DEAD);
  return { check: lifeOf(answer.body.expiresAt, now) };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function lifeOf(until: Date | undefined, now: Date): SenderCheck {
  if (!until) return passing("token", "The access token is valid and does not expire.");
  const leftMs = until.getTime() - now.getTime();
  if (leftMs > TOKEN_ENDING_DAYS * DAY_MS)
    return passing("token", `The access token is valid until ${utcMinute(until)}.`);
  return failing("token", {
    sentence: `The access token ends in ${timeLeft(leftMs)}, on ${utcMinute(until)}; after that nothing is sent.`,
    fix: "Make a token of a system user that does not expire, and connect the number again before then.",
  });
}

function timeLeft(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  if (hours < 1) return "less than an hour";
  if (hours === 1) return "1 hour";
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}

function causeOf(answer: Exclude<GraphResult<unknown>, { kind: "ok" }>): Cause {
  if (answer.kind !== "error") return OUT_OF_REACH;
  const { meaning, advice } = decideOnGraphError(answer.error, answer.httpStatus);
  const [first = "", ...rest] = advice;
  return { sentence: `${meaning}.`, fix: first.toUpperCase() + rest.join("") };
}

async function checkNumber(
  graph: GraphClient,
  sender: Sender,
  given: GraphCredentials,
): Promise<SenderCheck> {
  const id = "number";
  const answer = await getPhoneNumber(graph, { phoneNumberId: sender.phoneNumberId, credentials: given });
  if (answer.kind !== "ok") return failing(id, causeOf(answer));
  const { status, qualityRating } = answer.body;
  if (status !== undefined && status !== "CONNECTED") {
    return failing(id, {
      sentence: `The number's status is ${status}.`,
      fix: "Register the number in WhatsApp Manager.",
    });
  }
  return passing(id, `The number is connected, ${QUALITY_WORDS[qualityOf(qualityRating)]}.`);
}

const QUALITY_WORDS = {
  GREEN: "with high quality",
  YELLOW: "with medium quality",
  RED: "with low quality",
  UNKNOWN: "and Meta has not rated its quality yet",
} as const;

async function checkWebhook(
  graph: GraphClient,
  sender: Sender,
  given: GraphCredentials,
  webhookUrls: readonly string[],
): Promise<SenderCheck> {
  const id = "webhook";
  const answer = await getSubscribedApps(graph, { wabaId: sender.wabaId, credentials: given });
  if (answer.kind !== "ok") return failing(id, causeOf(answer));
  const own = answer.body.find(({ appId }) => appId === sender.appId);
  if (!own)
    return failing(id, {
      sentence: "The app is not subscribed to this account, so no status arrives.",
      fix: "Connect the number again.",
    });
  if (own.callbackUrl !== undefined && !webhookUrls.includes(own.callbackUrl)) {
    return failing(id, {
      sentence: "Meta sends the webhooks to another address.",
      fix: "Connect the number again to set this one.",
    });
  }
  return passing(id, "Meta sends the webhooks here.");
}

async function checkTemplates(templates: Templates, sender: Sender): Promise<SenderCheck> {
  const own = (await templates.list(sender.workspaceId)).filter(({ wabaId }) => wabaId === sender.wabaId);
  const approved = own.filter(({ status }) => status === "APPROVED").length;
  if (approved === 0) {
    return failing("templates", {
      sentence: "No template is approved, so nothing can be sent.",
      fix: "Create templates in WhatsApp Manager, then sync.",
    });
  }
  return passing("templates", `${approved} of ${own.length} templates are approved.`);
}

function passing(id: SenderCheck["id"], sentence: string): SenderCheck {
  return { id, ok: true, sentence, fix: null };
}

function failing(id: SenderCheck["id"], { sentence, fix }: Cause): SenderCheck {
  return { id, ok: false, sentence, fix };
}
