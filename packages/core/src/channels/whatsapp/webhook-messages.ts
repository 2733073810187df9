import * as z from "zod";
import { pii } from "../../kernel/pii.ts";
import type {
  Identities,
  IdentityChangeFact,
  InboundFact,
  InboundKind,
  SaidPart,
  StatusFact,
} from "../facts.ts";
import { attemptOfMark } from "./attempt-mark.ts";
import {
  type Contact,
  contactOf,
  graphErrors,
  identitiesOf,
  instant,
  isSomebody,
  masked,
  onlyOne,
  personal,
  text,
  textOrNumber,
} from "./webhook-schemas.ts";

const status = z.object({
  id: z.string().min(1),
  status: z.enum(["sent", "delivered", "read", "played", "failed", "deleted"]),
  timestamp: instant,
  recipient_id: textOrNumber,
  recipient_user_id: text,
  recipient_parent_user_id: text,
  // The name that the parent id had until May 2026.
  parent_recipient_user_id: text,
  recipient_type: text,
  recipient_participant_id: textOrNumber,
  biz_opaque_callback_data: text,
  errors: graphErrors,
  pricing: z
    .object({
      billable: z.boolean().optional().catch(undefined),
      pricing_model: text,
      type: text,
      category: text,
    })
    .optional()
    .catch(undefined),
});

/**
 * Reads one element of `statuses`; undefined when it is not understood.
 *
 * @param alone whether it is the only one of its change: then the only contact is its recipient, by whatever number.
 */
export function readStatus(
  item: unknown,
  contactList: readonly Contact[],
  alone: boolean,
  receivedAt: Date,
): StatusFact | undefined {
  const parsed = status.safeParse(item);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  // In a group the recipient is the group itself.
  const address = data.recipient_type === "group" ? data.recipient_participant_id : data.recipient_id;
  const parent = data.recipient_parent_user_id ?? data.parent_recipient_user_id;
  const contact =
    contactOf(contactList, address, data.recipient_user_id) ?? (alone ? onlyOne(contactList) : undefined);
  return {
    kind: "status",
    wamid: pii(data.id),
    status: data.status,
    timestamp: data.timestamp ?? receivedAt,
    attemptId: attemptOfMark(data.biz_opaque_callback_data),
    recipients: [
      identitiesOf(address, data.recipient_user_id, parent),
      identitiesOf(contact?.wa_id, contact?.user_id, contact?.parent_user_id),
    ].filter(isSomebody),
    errors: data.errors,
    pricing: data.pricing && {
      billable: data.pricing.billable,
      model: data.pricing.pricing_model,
      type: data.pricing.type,
      category: data.pricing.category,
    },
  };
}

const reply = z.object({ id: text, title: text, description: text }).optional().catch(undefined);
const media = z
  .object({ id: text, mime_type: text, caption: text, filename: text })
  .optional()
  .catch(undefined);

/** What a message says; each part stands under the name of the message's type. */
const content = z.object({
  type: text,
  text: z.object({ body: text }).optional().catch(undefined),
  button: z.object({ text, payload: text }).optional().catch(undefined),
  interactive: z
    .object({
      button_reply: reply,
      list_reply: reply,
      nfm_reply: z.object({ response_json: text, body: text }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  reaction: z.object({ message_id: text, emoji: text }).optional().catch(undefined),
  image: media,
  video: media,
  audio: media,
  document: media,
  sticker: media,
  order: z.object({ text }).optional().catch(undefined),
});

type Content = z.output<typeof content>;

const message = content.extend({
  /** A message of the shop itself or of an agent, told to whoever listens. */
  is_echo: z.boolean().optional().catch(undefined),
  id: z.string().min(1),
  timestamp: instant,
  from: textOrNumber,
  from_user_id: text,
  from_parent_user_id: text,
  group_id: personal,
  context: z.object({ id: personal }).optional().catch(undefined),
  errors: graphErrors,
  edit: z
    .object({ original_message_id: text, message: content.optional().catch(undefined) })
    .optional()
    .catch(undefined),
  revoke: z.object({ original_message_id: text }).optional().catch(undefined),
  system: z
    .object({
      type: text,
      wa_id: textOrNumber,
      user_id: text,
      parent_user_id: text,
      previous_user_id: text,
      previous_parent_user_id: text,
    })
    .optional()
    .catch(undefined),
});

type Message = z.output<typeof message>;

/**
 * Reads one element of `messages`; undefined when it is not understood or comes from nobody.
 *
 * @param alone as for `readStatus`.
 */
export function readInbound(
  item: unknown,
  contactList: readonly Contact[],
  alone: boolean,
  receivedAt: Date,
): InboundFact | IdentityChangeFact | undefined {
  const parsed = message.safeParse(item);
  if (!parsed.success || parsed.data.is_echo === true) return undefined;
  const { data } = parsed;
  const timestamp = data.timestamp ?? receivedAt;
  const contact =
    contactOf(contactList, data.from, data.from_user_id) ?? (alone ? onlyOne(contactList) : undefined);
  const from = identitiesOf(
    data.from ?? contact?.wa_id,
    data.from_user_id ?? contact?.user_id,
    data.from_parent_user_id ?? contact?.parent_user_id,
  );
  if (data.type === "system") return readSystem(data, from, timestamp);
  const original = data.edit?.original_message_id ?? data.revoke?.original_message_id;
  const contextWamid = masked(data.reaction?.message_id ?? original) ?? data.context?.id;
  // A person who is named nowhere is known by our message that they answer.
  if (!isSomebody(from) && contextWamid === undefined) return undefined;
  return {
    kind: "inbound",
    messageKind: kindOf(data),
    wamid: pii(data.id),
    from,
    profileName: masked(contact?.profile?.name),
    timestamp,
    contextWamid,
    groupId: data.group_id,
    errors: data.errors,
    ...readContent(data.edit?.message ?? data),
    said: readSaid(data.edit?.message ?? data, unknownContent(item)),
  };
}

const KINDS: Readonly<Record<string, InboundKind>> = {
  text: "text",
  button: "button",
  interactive: "interactive",
  image: "media",
  video: "media",
  audio: "media",
  document: "media",
  sticker: "media",
  location: "location",
  contacts: "contacts",
  reaction: "reaction",
  order: "order",
  edit: "edit",
  revoke: "revoke",
  unsupported: "unsupported",
};

/** Meta sends interactive messages without their content when it could not read them itself. */
function kindOf({ type = "", interactive }: Content): InboundKind {
  if (type === "interactive" && interactive === undefined) return "unsupported";
  return Object.hasOwn(KINDS, type) ? (KINDS[type] ?? "other") : "other";
}

function readContent(content: Content): Pick<InboundFact, "text" | "payload" | "media"> {
  const { button, interactive } = content;
  const chosen = interactive?.button_reply ?? interactive?.list_reply;
  const type = content.type ?? "";
  const file = content.image ?? content.video ?? content.audio ?? content.document ?? content.sticker;
  return {
    text: masked(
      content.text?.body ??
        button?.text ??
        chosen?.title ??
        interactive?.nfm_reply?.body ??
        file?.caption ??
        content.reaction?.emoji,
    ),
    payload: masked(button?.payload ?? chosen?.id ?? interactive?.nfm_reply?.response_json),
    media: file?.id
      ? { type, id: pii(file.id), mimeType: file.mime_type, filename: masked(file.filename) }
      : undefined,
  };
}

/** Every part in which a person may ask to be left alone. */
function readSaid(content: Content, unknown: string | undefined): SaidPart[] {
  const { button, interactive, image, video, audio, document, sticker } = content;
  const chosen = interactive?.button_reply ?? interactive?.list_reply;
  const flow = interactive?.nfm_reply;
  const captions = [image, video, audio, document, sticker].map((file) => file?.caption);
  const parts = (as: SaidPart["as"], texts: readonly (string | undefined)[]) =>
    texts.flatMap((text) => (text === undefined ? [] : [{ as, text: pii(text) }]));
  return [
    ...parts("words", [content.text?.body, button?.text, chosen?.title, flow?.body, content.order?.text]),
    ...parts("words", captions),
    ...parts("answer", [button?.payload, chosen?.id, chosen?.description, flow?.response_json, unknown]),
    ...parts("sign", [content.reaction?.emoji]),
  ];
}

const typed = z.looseObject({ type: text });

/** The content of a type or shape of tomorrow as text, so that a stop in it counts before this version knows the type. */
function unknownContent(item: unknown): string | undefined {
  const { success, data } = typed.safeParse(item);
  if (!success || data.type === undefined) return undefined;
  const content = data[data.type];
  if (content === undefined) return undefined;
  if (data.type === "edit")
    return unknownContent(z.looseObject({ message: z.unknown() }).safeParse(content).data?.message);
  const isKnown = data.type === "interactive" ? isKnownReply(content) : Object.hasOwn(KINDS, data.type);
  return isKnown && typeof content === "object" ? undefined : JSON.stringify(content);
}

function isKnownReply(content: unknown): boolean {
  return (
    typeof content === "object" &&
    content !== null &&
    ["button_reply", "list_reply", "nfm_reply"].some((name) => Object.hasOwn(content, name))
  );
}

function readSystem({ system }: Message, from: Identities, timestamp: Date): IdentityChangeFact | undefined {
  const before: Identities = {
    ...from,
    bsuid: masked(system?.previous_user_id) ?? from.bsuid,
    parentBsuid: masked(system?.previous_parent_user_id) ?? from.parentBsuid,
  };
  const change = (cause: IdentityChangeFact["cause"], after: Identities): IdentityChangeFact | undefined =>
    isSomebody(before) && isSomebody(after)
      ? { kind: "identity_change", cause, before, after, timestamp }
      : undefined;
  switch (system?.type) {
    case "user_changed_number":
      return change("number_changed", identitiesOf(system.wa_id, system.user_id, system.parent_user_id));
    case "user_changed_user_id":
      return change("user_id_changed", identitiesOf(undefined, system.user_id, system.parent_user_id));
    case "customer_identity_changed":
      return change("identity_key_changed", before);
    default:
      return undefined;
  }
}
