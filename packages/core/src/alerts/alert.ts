/** Names and counts that an alert's sentence needs. Never a person's data. */
export type AlertDetail = Readonly<Record<string, string | number>>;

/**
 * Why somebody has to hear of something. Each cause has a sentence that says what is wrong, what it does to messages, and what
 * to do.
 */
export const ALERT_CAUSES = {
  token_dead: ({ name }) =>
    `Meta refuses the access token of ${name}. Its messages wait. Make a new token in Meta's business settings and connect the number again.`,
  app_secret_dead: ({ name }) =>
    `Meta refuses the app secret of ${name}. Its messages wait. Copy the present secret from the Meta app's basic settings and connect the number again.`,
  token_ending: ({ name, ends_at }) =>
    `The access token of ${name} ends on ${String(ends_at).slice(0, 10)}. Make a new one in Meta's business settings and connect the number again before that day.`,
  template_paused: ({ name, language, status }) =>
    `Meta set the template ${name} (${language}) to ${status}. Messages that need it wait. Look at its quality in WhatsApp Manager, or choose another template.`,
  template_reclassed: ({ name, language, category }) =>
    `Meta moved the template ${name} (${language}) to the category ${category}, which its automation may not use. Its messages wait. Ask Meta to review the category, or change the template.`,
  webhooks_silent: ({ name, messages }) =>
    `Meta has reported nothing about ${name} for half an hour, although it took ${messages} messages. Opt-outs and statuses may be lost. Run the health check of the number.`,
  shop_refused: ({ name, problem, connection }) =>
    `The shop ${name} cannot be read. ${problem} More: webxkey connection show ${connection}.`,
  shop_webhooks: ({ name, problem, connection }) =>
    `The webhooks of the shop ${name} do not arrive as they should. ${problem} More: webxkey connection show ${connection}.`,
  shop_orders: ({ name, problem, connection }) =>
    `Some orders of the shop ${name} are not told. ${problem} More: webxkey connection show ${connection}.`,
  answers_unread: ({ answers }) =>
    `Nobody has read ${count(answers, "answer of a customer", "answers of customers")} for four hours. Read them on the page of messages, or with webxkey answer list.`,
  opt_outs_unsure: ({ cases }) =>
    `${count(cases, "message of a customer may mean stop", "messages of customers may mean stop")}, and nobody has said for an hour what they mean. What is meant for these people waits. Answer each on the page of messages, or with webxkey unsure list and webxkey unsure answer.`,
  messages_held: ({ messages }) =>
    `${count(messages, "message needs", "messages need")} a decision. Release or cancel each on the page of messages, or with webxkey message release and cancel.`,
} as const satisfies Record<string, (detail: AlertDetail) => string>;

export type AlertCause = keyof typeof ALERT_CAUSES;

/** A trouble that is there now. `object` and `cause` together tell it from every other trouble of the workspace. */
export interface Trouble {
  readonly workspaceId: string;
  readonly cause: AlertCause;
  readonly object: { readonly type: "sender" | "template" | "connection" | "workspace"; readonly id: string };
  readonly detail: AlertDetail;
}

/** A trouble that was seen, from its first moment until it is gone. */
export interface Alert extends Trouble {
  readonly alertId: string;
  readonly raisedAt: Date;
  readonly acknowledged: { readonly at: Date; readonly by: string } | null;
  readonly resolvedAt: Date | null;
}

/** What is wrong and what to do, in one or two sentences. */
export function alertSentence({ cause, detail }: Pick<Alert, "cause" | "detail">): string {
  return ALERT_CAUSES[cause](detail);
}

/** Whether two lookings saw the same trouble. */
export function troubleKey({ workspaceId, cause, object }: Trouble): string {
  return JSON.stringify([workspaceId, cause, object.type, object.id]);
}

function count(number: string | number | undefined, one: string, many: string): string {
  return number === 1 ? `1 ${one}` : `${number} ${many}`;
}
