import * as z from "zod";
import type { Json } from "../../kernel/json.ts";
import type {
  AccountUpdateFact,
  ChannelFact,
  IdentityChangeFact,
  NumberUpdateFact,
  UserPreferenceFact,
} from "../facts.ts";
import {
  type Contact,
  contactOf,
  id,
  identitiesOf,
  instant,
  isSomebody,
  items,
  onlyOne,
  personal,
  text,
  textOrNumber,
  word,
} from "./webhook-schemas.ts";

const optionalWord = word.optional().catch(undefined);

const templateUpdate = z.object({
  message_template_id: id,
  message_template_name: word,
  message_template_language: word,
  event: optionalWord,
  reason: text,
  message_template_category: optionalWord,
  other_info: z.object({ title: text }).optional().catch(undefined),
  new_quality_score: optionalWord,
  previous_quality_score: optionalWord,
  new_category: optionalWord,
  previous_category: optionalWord,
  correct_category: optionalWord,
  category_update_timestamp: instant,
  message_template_element: text,
  message_template_title: text,
  message_template_footer: text,
  message_template_buttons: z.array(z.unknown()).optional().catch(undefined),
});

/** Told apart by their keys: Meta documents the quality update under the field name of the status update too. */
export function readTemplateUpdate(value: Json): ChannelFact | undefined {
  const parsed = templateUpdate.safeParse(value);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const template = {
    templateId: data.message_template_id,
    name: data.message_template_name,
    language: data.message_template_language.replaceAll("-", "_"),
  };
  if (data.new_quality_score !== undefined) {
    return {
      kind: "template_quality",
      ...template,
      previous: data.previous_quality_score,
      current: data.new_quality_score,
    };
  }
  if (data.new_category !== undefined) {
    return {
      kind: "template_category",
      ...template,
      // While a change is only announced, Meta calls the category of today the new one and that to come the correct one.
      current: data.new_category,
      previous: data.previous_category,
      upcoming: data.correct_category
        ? { category: data.correct_category, at: data.category_update_timestamp }
        : undefined,
    };
  }
  if (data.event !== undefined) {
    return {
      kind: "template_status",
      ...template,
      status: data.event.toUpperCase(),
      category: data.message_template_category,
      reason: data.reason === "NONE" ? undefined : data.reason,
      pause: data.other_info?.title,
    };
  }
  const components =
    data.message_template_element ??
    data.message_template_title ??
    data.message_template_footer ??
    data.message_template_buttons;
  return components === undefined ? undefined : { kind: "template_components", ...template };
}

const userPreference = z.object({
  wa_id: textOrNumber,
  user_id: text,
  parent_user_id: text,
  category: z.string().min(1),
  value: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["stop", "resume", "signup"])),
  timestamp: instant,
});

/**
 * Reads one element of `user_preferences`. One that names nobody is about the only contact, where there is only one.
 *
 * @param alone as for `readStatus`.
 */
export function readUserPreference(
  item: unknown,
  contactList: readonly Contact[],
  alone: boolean,
  receivedAt: Date,
): UserPreferenceFact | undefined {
  const parsed = userPreference.safeParse(item);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const named = data.wa_id ?? data.user_id ?? data.parent_user_id;
  const contact =
    contactOf(contactList, data.wa_id, data.user_id) ??
    (alone || named === undefined ? onlyOne(contactList) : undefined);
  const person = identitiesOf(
    data.wa_id ?? contact?.wa_id,
    data.user_id ?? contact?.user_id,
    data.parent_user_id ?? contact?.parent_user_id,
  );
  if (!isSomebody(person)) return undefined;
  return {
    kind: "user_preference",
    person,
    category: data.category,
    preference: data.value,
    timestamp: data.timestamp ?? receivedAt,
  };
}

const changedId = z.object({ previous: text, current: text }).optional().catch(undefined);

const userIdUpdate = z.object({
  wa_id: textOrNumber,
  user_id: changedId,
  parent_user_id: changedId,
  timestamp: instant,
});

/** Reads one element of `user_id_update`: the same person under another business-scoped id. */
export function readUserIdUpdate(item: unknown, receivedAt: Date): IdentityChangeFact | undefined {
  const parsed = userIdUpdate.safeParse(item);
  if (!parsed.success) return undefined;
  const { wa_id, user_id, parent_user_id, timestamp } = parsed.data;
  if ((user_id?.current ?? parent_user_id?.current) === undefined) return undefined;
  return {
    kind: "identity_change",
    cause: "user_id_changed",
    before: identitiesOf(wa_id, user_id?.previous, parent_user_id?.previous),
    after: identitiesOf(wa_id, user_id?.current, parent_user_id?.current),
    timestamp: timestamp ?? receivedAt,
  };
}

const numberUpdate = z.object({
  display_phone_number: personal,
  event: text,
  decision: text,
  status: text,
  max_daily_conversations_per_business: textOrNumber,
  current_limit: textOrNumber,
});

export function readNumberUpdate(value: Json, field: string): NumberUpdateFact | undefined {
  const parsed = numberUpdate.safeParse(value);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const event = data.event ?? data.decision ?? data.status;
  if (event === undefined) return undefined;
  return {
    kind: "number_update",
    field,
    event: event.toUpperCase(),
    displayPhoneNumber: data.display_phone_number,
    limit: data.max_daily_conversations_per_business ?? data.current_limit,
  };
}

const restriction = z.object({ restriction_type: z.string().min(1), expiration: instant });

const accountUpdate = z.object({
  event: text,
  decision: text,
  alert_info: z.object({ alert_type: text, alert_severity: text }).optional().catch(undefined),
  ban_info: z.object({ waba_ban_state: text }).optional().catch(undefined),
  violation_info: z.object({ violation_type: text }).optional().catch(undefined),
  restriction_info: items,
  max_daily_conversations_per_business: textOrNumber,
  max_phone_numbers_per_waba: textOrNumber,
});

export function readAccountUpdate(value: Json, field: string): AccountUpdateFact | undefined {
  const parsed = accountUpdate.safeParse(value);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const limit = data.max_daily_conversations_per_business;
  const capability = limit ?? data.max_phone_numbers_per_waba;
  const event =
    data.event ?? data.decision ?? data.alert_info?.alert_type ?? (capability && "CAPABILITY_CHANGED");
  if (event === undefined) return undefined;
  const restrictions = data.restriction_info.flatMap((item) => {
    const { success, data: found } = restriction.safeParse(item);
    return success ? [{ type: found.restriction_type, until: found.expiration }] : [];
  });
  return {
    kind: "account_update",
    field,
    event: event.toUpperCase(),
    restrictions,
    banState: data.ban_info?.waba_ban_state,
    violation: data.violation_info?.violation_type,
    alertSeverity: data.alert_info?.alert_severity,
    limit,
  };
}
