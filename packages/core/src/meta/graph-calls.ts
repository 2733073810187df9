import * as z from "zod";
import { type Pii, pii } from "../kernel/pii.ts";
import { type Secret, secret } from "../kernel/secret.ts";
import type { GraphClient, GraphCredentials } from "./graph-client.ts";
import { type GraphResult, readBody } from "./graph-outcome.ts";

// Meta adds fields and enum values without notice, so these schemas take what is needed and let the rest pass.

const optionalText = z.string().optional().catch(undefined);

const sentMessage = z
  .object({
    contacts: z
      .array(
        z
          .object({ wa_id: optionalText, user_id: optionalText, parent_user_id: optionalText })
          .catch({ wa_id: undefined, user_id: undefined, parent_user_id: undefined }),
      )
      .catch([]),
    messages: z.tuple([z.object({ id: z.string().min(1), message_status: optionalText })], z.unknown()),
  })
  .transform(({ contacts, messages: [message] }) => ({
    wamid: pii(message.id),
    /** `accepted`, `held_for_quality_assessment` or `paused`; only templates have one. */
    messageStatus: message.message_status,
    /** What Meta calls the recipient. Its number, digits without `+`, may differ from the one given (Brazil, Mexico, Argentina). */
    recipient: contacts.map(({ wa_id, user_id, parent_user_id }) => ({
      waId: maskedText(wa_id),
      userId: maskedText(user_id),
      parentUserId: maskedText(parent_user_id),
    })),
  }));

export type SentMessage = z.output<typeof sentMessage>;

export interface SendMessageRequest {
  readonly phoneNumberId: string;
  readonly credentials: GraphCredentials;
  /** The body of POST /{phone-number-id}/messages. */
  readonly message: object;
  readonly mayStillSend: () => boolean;
}

/** POST /{phone-number-id}/messages. Warning: there is no idempotency key; an `unknown` must not simply be repeated. */
export async function sendMessage(
  client: GraphClient,
  { phoneNumberId, credentials, message, mayStillSend }: SendMessageRequest,
): Promise<GraphResult<SentMessage>> {
  const path = [phoneNumberId, "messages"];
  return readBody(await client.post({ path, credentials, body: message, mayStillSend }), sentMessage);
}

const graphTemplate = z
  .object({
    id: z.string(),
    name: z.string(),
    language: z.string(),
    status: z.string(),
    category: z.string(),
    components: z.unknown(),
    parameter_format: optionalText,
    rejected_reason: optionalText,
    quality_score: z.object({ score: z.string() }).optional().catch(undefined),
    message_send_ttl_seconds: z.int().optional().catch(undefined),
    source: optionalText,
  })
  .transform((template) => ({
    id: template.id,
    name: template.name,
    language: template.language,
    status: template.status,
    category: template.category,
    components: template.components,
    parameterFormat: template.parameter_format,
    rejectedReason: template.rejected_reason,
    qualityScore: template.quality_score?.score,
    sendTtlSeconds: template.message_send_ttl_seconds,
    /** `AUTO_GENERATED`: Meta made it of a message without a template. */
    source: template.source,
  }));

export type GraphTemplate = z.output<typeof graphTemplate>;

const TEMPLATE_FIELDS =
  "id,name,language,status,category,components,parameter_format,rejected_reason,quality_score,message_send_ttl_seconds";

/** Came with Direct Send on 2026-07-31. */
const SOURCE_FIELD = "source";

const templatePage = z.object({
  data: z.array(z.unknown()),
  paging: z
    .object({ cursors: z.object({ after: z.string() }), next: z.string() })
    .optional()
    .catch(undefined),
});

const TEMPLATES_PER_PAGE = 100;
/** Meta's largest stock of templates is 6,000 for one WABA; the rest is slack. */
export const TEMPLATE_PAGES_MAX = 80;

/** v24 and later: the cursor of the page before is not accepted; the list has to be read anew. */
const INVALID_CURSOR = 131059;
const INVALID_PARAMETER = 100;

export interface TemplateList {
  readonly templates: readonly GraphTemplate[];
  /** False when something was left out (unreadable or too many): what is missing here must not be taken for deleted. */
  readonly complete: boolean;
}

export interface WabaRequest {
  readonly wabaId: string;
  readonly credentials: GraphCredentials;
}

/**
 * GET /{waba}/message_templates, all pages. A cursor that Meta refuses restarts the list once, and a version that does not know
 * `source` is asked without it.
 */
export async function listTemplates(
  client: GraphClient,
  request: WabaRequest,
): Promise<GraphResult<TemplateList>> {
  const fields = `${TEMPLATE_FIELDS},${SOURCE_FIELD}`;
  const list = await readTemplatePages(client, request, fields);
  if (list.kind !== "error") return list;
  if (list.error.code === INVALID_CURSOR) return await readTemplatePages(client, request, fields);
  const unknownField =
    list.error.code === INVALID_PARAMETER && list.error.message?.reveal().includes(SOURCE_FIELD);
  return unknownField ? await readTemplatePages(client, request, TEMPLATE_FIELDS) : list;
}

async function readTemplatePages(
  client: GraphClient,
  { wabaId, credentials }: WabaRequest,
  fields: string,
): Promise<GraphResult<TemplateList>> {
  const templates: GraphTemplate[] = [];
  let unreadable = 0;
  let after: string | undefined;
  for (let page = 1; ; page++) {
    const query = { fields, limit: String(TEMPLATES_PER_PAGE), ...(after && { after }) };
    const path = [wabaId, "message_templates"];
    const answer = readBody(await client.get({ path, credentials, query }), templatePage);
    if (answer.kind !== "ok") return answer;
    for (const item of answer.body.data) {
      const template = graphTemplate.safeParse(item);
      if (template.success) templates.push(template.data);
      else unreadable++;
    }
    after = answer.body.paging?.cursors.after;
    if (after === undefined || page === TEMPLATE_PAGES_MAX) {
      return { ...answer, body: { templates, complete: after === undefined && unreadable === 0 } };
    }
  }
}

const phoneNumber = z
  .object({
    id: z.string(),
    display_phone_number: optionalText,
    verified_name: optionalText,
    quality_rating: optionalText,
    status: optionalText,
    name_status: optionalText,
    code_verification_status: optionalText,
    throughput: z.object({ level: z.string() }).optional().catch(undefined),
    whatsapp_business_manager_messaging_limit: optionalText,
  })
  .transform((number) => ({
    id: number.id,
    displayPhoneNumber: number.display_phone_number,
    verifiedName: number.verified_name,
    qualityRating: number.quality_rating,
    /** Only `CONNECTED` can send. */
    status: number.status,
    nameStatus: number.name_status,
    codeVerificationStatus: number.code_verification_status,
    throughputLevel: number.throughput?.level,
    messagingLimit: number.whatsapp_business_manager_messaging_limit,
  }));

export type GraphPhoneNumber = z.output<typeof phoneNumber>;

const PHONE_NUMBER_FIELDS =
  "id,display_phone_number,verified_name,quality_rating,status,name_status,code_verification_status,throughput,whatsapp_business_manager_messaging_limit";

/** GET /{phone-number-id}: what a sender is called and whether it can send. */
export async function getPhoneNumber(
  client: GraphClient,
  { phoneNumberId, credentials }: { readonly phoneNumberId: string; readonly credentials: GraphCredentials },
): Promise<GraphResult<GraphPhoneNumber>> {
  const query = { fields: PHONE_NUMBER_FIELDS };
  return readBody(await client.get({ path: [phoneNumberId], credentials, query }), phoneNumber);
}

/** Seconds since 1970; 0 means never. */
const expiry = z
  .int()
  .optional()
  .catch(undefined)
  .transform((seconds) => (seconds ? new Date(seconds * 1000) : undefined));

const tokenFacts = z
  .object({
    data: z.object({
      is_valid: z.boolean(),
      app_id: optionalText,
      type: optionalText,
      expires_at: expiry,
      data_access_expires_at: expiry,
      scopes: z.array(z.string()).catch([]),
      granular_scopes: z
        .array(z.object({ scope: z.string(), target_ids: z.array(z.string()).optional() }))
        .catch([]),
    }),
  })
  .transform(({ data }) => ({
    isValid: data.is_valid,
    appId: data.app_id,
    type: data.type,
    /** Undefined: never expires. */
    expiresAt: data.expires_at,
    dataAccessExpiresAt: data.data_access_expires_at,
    scopes: data.scopes,
    /** Assets that a scope is limited to; a scope without targets covers all. */
    granularScopes: data.granular_scopes.map(({ scope, target_ids }) => ({ scope, targetIds: target_ids })),
  }));

export type TokenFacts = z.output<typeof tokenFacts>;

export interface DebugTokenRequest {
  readonly token: Secret;
  readonly appId: string;
  readonly appSecret: Secret;
}

/** GET /debug_token: whether a token is valid, until when, and for what. Asked with the app's own token. */
export async function debugToken(
  client: GraphClient,
  { token, appId, appSecret }: DebugTokenRequest,
): Promise<GraphResult<TokenFacts>> {
  const credentials = { accessToken: secret(`${appId}|${appSecret.reveal()}`) };
  return readBody(
    await client.get({ path: ["debug_token"], credentials, query: { input_token: token } }),
    tokenFacts,
  );
}

const success = z.object({ success: z.literal(true) });

export interface SubscribeAppRequest extends WabaRequest {
  /** Where Meta delivers this WABA's webhooks instead of the app's own address; without it at that address. */
  readonly callback?: {
    /** At most 200 characters. */
    readonly url: string;
    readonly verifyToken: Secret;
  };
}

/**
 * POST /{waba}/subscribed_apps. Meta calls `callback.url` with its `verifyToken` before it answers, and takes a callback only
 * from an app that is subscribed already.
 */
export async function subscribeApp(
  client: GraphClient,
  { wabaId, credentials, callback }: SubscribeAppRequest,
): Promise<GraphResult<{ success: true }>> {
  const body = callback
    ? { override_callback_uri: callback.url, verify_token: callback.verifyToken.reveal() }
    : {};
  return readBody(await client.post({ path: [wabaId, "subscribed_apps"], credentials, body }), success);
}

const subscribedApps = z
  .object({
    data: z.array(
      z.object({
        whatsapp_business_api_data: z.object({ id: z.string(), name: optionalText }),
        override_callback_uri: optionalText,
      }),
    ),
  })
  .transform(({ data }) =>
    data.map(({ whatsapp_business_api_data: app, override_callback_uri }) => ({
      appId: app.id,
      appName: app.name,
      callbackUrl: override_callback_uri,
    })),
  );

export type SubscribedApps = z.output<typeof subscribedApps>;

/** GET /{waba}/subscribed_apps: who gets this WABA's webhooks, and where. */
export async function getSubscribedApps(
  client: GraphClient,
  { wabaId, credentials }: WabaRequest,
): Promise<GraphResult<SubscribedApps>> {
  return readBody(await client.get({ path: [wabaId, "subscribed_apps"], credentials }), subscribedApps);
}

function maskedText(text: string | undefined): Pii | undefined {
  return text === undefined ? undefined : pii(text);
}
