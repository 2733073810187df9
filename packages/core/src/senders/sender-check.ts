import {
  debugToken,
  type GraphClient,
  type GraphCredentials,
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
  /** Each of them is ours. */
  readonly webhookUrls: readonly string[];
}

/** Asks Meta whether a sender can send and hear, and says what to do where it cannot. */
export async function checkSender(
  { graph, templates, webhookUrls }: CheckPorts,
  sender: Sender,
  given: GraphCredentials,
  agentSeenAt: Date | null,
): Promise<SenderCheck[]> {
  const checks = await Promise.all([
    checkToken(graph, sender, given),
    checkNumber(graph, sender, given),
    checkWebhook(graph, sender, given, webhookUrls),
    checkTemplates(templates, sender),
  ]);
  return agentSeenAt ? [...checks, agentHolds(agentSeenAt)] : checks;
}

/** Nothing is wrong with it, but whoever wonders where customers' messages went should know. */
function agentHolds(at: Date): SenderCheck {
  return passing(
    "business_agent",
    `Meta Business Agent answers customers of this number; it last held a chat on ${at.toISOString()}. A STOP that they write to it counts.`,
  );
}

export function qualityOf(rating: string | undefined): string {
  return rating === "GREEN" || rating === "YELLOW" || rating === "RED" ? rating : "UNKNOWN";
}

async function checkToken(
  graph: GraphClient,
  sender: Sender,
  { accessToken, appSecret }: GraphCredentials,
): Promise<SenderCheck> {
  const id = "token";
  if (!appSecret) return failing(id, "The app secret is missing.", "Connect the number again.");
  const answer = await debugToken(graph, { token: accessToken, appId: sender.appId, appSecret });
  if (answer.kind !== "ok")
    return failing(
      id,
      "Meta did not answer about the token.",
      "Check the app secret and connect the number again.",
    );
  if (!answer.body.isValid)
    return failing(
      id,
      "The access token is no longer valid.",
      "Make a new token in Meta's business settings and connect again.",
    );
  const until = answer.body.expiresAt;
  return passing(
    id,
    until
      ? `The access token is valid until ${until.toISOString()}.`
      : "The access token is valid and does not expire.",
  );
}

async function checkNumber(
  graph: GraphClient,
  sender: Sender,
  given: GraphCredentials,
): Promise<SenderCheck> {
  const id = "number";
  const answer = await getPhoneNumber(graph, { phoneNumberId: sender.phoneNumberId, credentials: given });
  if (answer.kind !== "ok")
    return failing(
      id,
      "Meta does not show the number.",
      "Give the token's system user access to the WhatsApp account.",
    );
  const { status, qualityRating } = answer.body;
  if (status !== undefined && status !== "CONNECTED") {
    return failing(id, `The number's status is ${status}.`, "Register the number in WhatsApp Manager.");
  }
  return passing(id, `The number is connected; its quality is ${qualityOf(qualityRating)}.`);
}

async function checkWebhook(
  graph: GraphClient,
  sender: Sender,
  given: GraphCredentials,
  webhookUrls: readonly string[],
): Promise<SenderCheck> {
  const id = "webhook";
  const answer = await getSubscribedApps(graph, { wabaId: sender.wabaId, credentials: given });
  if (answer.kind !== "ok")
    return failing(
      id,
      "Meta does not show the subscriptions.",
      "Give the token the permission whatsapp_business_management.",
    );
  const own = answer.body.find(({ appId }) => appId === sender.appId);
  if (!own)
    return failing(
      id,
      "The app is not subscribed to this account, so no status arrives.",
      "Connect the number again.",
    );
  if (own.callbackUrl !== undefined && !webhookUrls.includes(own.callbackUrl)) {
    return failing(
      id,
      "Meta sends the webhooks to another address.",
      "Connect the number again to set this one.",
    );
  }
  return passing(id, "Meta sends the webhooks here.");
}

async function checkTemplates(templates: Templates, sender: Sender): Promise<SenderCheck> {
  const own = (await templates.list(sender.workspaceId)).filter(({ wabaId }) => wabaId === sender.wabaId);
  const approved = own.filter(({ status }) => status === "APPROVED").length;
  if (approved === 0) {
    return failing(
      "templates",
      "No template is approved, so nothing can be sent.",
      "Create templates in WhatsApp Manager, then sync.",
    );
  }
  return passing("templates", `${approved} of ${own.length} templates are approved.`);
}

function passing(id: SenderCheck["id"], sentence: string): SenderCheck {
  return { id, ok: true, sentence, fix: null };
}

function failing(id: SenderCheck["id"], sentence: string, fix: string): SenderCheck {
  return { id, ok: false, sentence, fix };
}
