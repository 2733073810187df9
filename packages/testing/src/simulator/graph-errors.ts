/**
 * Refusals of the Graph API as values. `title` is what Meta prints after `(#code)`; the HTTP status is the one
 * of Meta's table of November 2025 (later tables have no such column), so clients must not build on it.
 */
export interface GraphRefusal {
  http: number;
  code: number;
  message: string;
  type?: string;
  subcode?: number;
  details?: string;
  transient?: boolean;
  /** Told in a Retry-After header. */
  retryAfterSeconds?: number;
  userTitle?: string;
  userMessage?: string;
}

interface KnownError {
  title: string;
  http?: number;
  details?: string;
}

/** Texts of errors that can come as an answer, as a `failed` webhook, or both. */
// behaviour: error-texts
const KNOWN_ERRORS: Record<number, KnownError> = {
  1: { title: "An unknown error has occurred." },
  2: { title: "An unexpected error has occurred. Please retry your request later.", http: 503 },
  3: { title: "Application does not have the capability to make this API call.", http: 500 },
  4: { title: "Application request limit reached" },
  10: { title: "Application does not have permission for this action", http: 403 },
  100: { title: "Invalid parameter" },
  200: { title: "Permissions error", http: 403 },
  368: { title: "Temporarily blocked for policies violations", http: 403 },
  80007: { title: "Business request limit reached for WhatsApp Business Account" },
  80008: { title: "Template management limit reached for this WhatsApp Business Account" },
  130403: { title: "Business has blocked this user" },
  130429: { title: "Rate limit hit", details: "Cloud API message throughput has been reached." },
  130472: {
    title: "User's number is part of an experiment",
    details: "Failed to send message because this user's phone number is part of an experiment",
  },
  130497: { title: "Business account is restricted from messaging users in this country", http: 403 },
  131000: {
    title: "Something went wrong",
    http: 500,
    details: "Message failed to send due to an unknown error.",
  },
  131002: { title: "Invalid recipient type" },
  131005: { title: "Access denied", http: 403 },
  131008: { title: "Required parameter is missing" },
  131009: { title: "Parameter value is not valid" },
  131016: { title: "Service unavailable", http: 500, details: "A service is temporarily unavailable." },
  131021: {
    title: "Recipient cannot be sender",
    details: "Sender and recipient phone number is the same.",
  },
  131026: { title: "Message undeliverable", details: "Message Undeliverable." },
  131030: {
    title: "Recipient phone number not in allowed list",
    details:
      "Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again.",
  },
  131031: { title: "Business Account locked", http: 403 },
  131037: { title: "Display name approval needed before sending from this number" },
  131042: {
    title: "Business eligibility payment issue",
    details: "There is a problem with the payment method.",
  },
  131045: { title: "Incorrect certificate", http: 500 },
  131047: {
    title: "Re-engagement message",
    details:
      "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
  },
  131048: { title: "Spam rate limit hit" },
  131049: {
    title: "This message was not delivered to maintain healthy ecosystem engagement.",
    details: "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
  },
  131050: {
    title:
      "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business",
  },
  131051: { title: "Unsupported message type" },
  131053: { title: "Media upload error" },
  131056: {
    title: "(Business Account, Consumer Account) pair rate limit hit",
    details:
      "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.",
  },
  131057: { title: "Account in maintenance mode", http: 500 },
  131059: { title: "Invalid paging cursor" },
  131062: { title: "Business-scoped user IDs are not supported for this message" },
  131063: { title: "Marketing messages are disabled on Cloud API for this account" },
  132000: { title: "Number of parameters does not match the expected number of params" },
  132001: { title: "Template name does not exist in the translation", http: 404 },
  132005: { title: "Translated text too long" },
  132007: { title: "Template format character policy violated" },
  132012: { title: "Parameter format does not match format in the created template" },
  132015: {
    title: "Template is paused",
    details: "Template is paused due to low quality so it cannot be sent in a template message.",
  },
  132016: {
    title: "Template is disabled",
    details: "Template has been paused too many times due to low quality and is now permanently disabled.",
  },
  133010: { title: "Account not registered" },
  135000: { title: "Generic user error" },
};

function errorTitle(code: number): string {
  return KNOWN_ERRORS[code]?.title ?? "Something went wrong";
}

function errorDetails(code: number): string {
  return KNOWN_ERRORS[code]?.details ?? errorTitle(code);
}

/** A refusal by code, with Meta's words where they are known. */
export function refusal(code: number, details?: string): GraphRefusal {
  const known = KNOWN_ERRORS[code];
  const said = details ?? known?.details;
  return {
    http: known?.http ?? 400,
    code,
    message: `(#${code}) ${errorTitle(code)}`,
    ...(said === undefined ? {} : { details: said }),
    ...(code === 1 || code === 2 || code === 4 || code === 80007 ? { transient: true } : {}),
  };
}

/** A `(#100)` that names the parameter, in the sentence Graph uses for its own checks. */
export function invalidParameter(sentence: string): GraphRefusal {
  return { http: 400, code: 100, message: `(#100) ${sentence}` };
}

export function missingParameter(name: string): GraphRefusal {
  return invalidParameter(`The parameter ${name} is required.`);
}

/** The object does not exist, or this token may not see it: Graph does not say which. */
export function unknownObject(method: string, id: string): GraphRefusal {
  return {
    http: 400,
    code: 100,
    subcode: 33,
    type: "GraphMethodException",
    message: `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api`,
  };
}

/** The element of `errors[]` in a `failed` status. */
export function statusError(code: number): object {
  return {
    code,
    title: errorTitle(code),
    message: errorTitle(code),
    error_data: { details: errorDetails(code) },
    href: "/documentation/business-messaging/whatsapp/support/error-codes",
  };
}

/** Meta's error envelope. */
// behaviour: error-envelope
export function errorEnvelope(refused: GraphRefusal, fbtraceId: string): object {
  return {
    error: {
      message: refused.message,
      type: refused.type ?? "OAuthException",
      code: refused.code,
      ...(refused.subcode === undefined ? {} : { error_subcode: refused.subcode }),
      ...(refused.transient ? { is_transient: true } : {}),
      ...(refused.userTitle === undefined ? {} : { error_user_title: refused.userTitle }),
      ...(refused.userMessage === undefined ? {} : { error_user_msg: refused.userMessage }),
      ...(refused.details === undefined
        ? {}
        : { error_data: { messaging_product: "whatsapp", details: refused.details } }),
      fbtrace_id: fbtraceId,
    },
  };
}
