/** Texts that every page uses. */
export const PAGES = {
  "loading.page": "Loading",

  "action.tryAgain": "Try again",
  "action.reload": "Sign in",
  "action.back": "Back to all messages",
  "action.close": "Close",
  "action.keep": "Cancel",

  "value.yes": "Yes",
  "value.no": "No",

  "day.today": "Today",
  "day.yesterday": "Yesterday",

  "problem.unreachable.title": "No answer from the server",
  "problem.unreachable.detail": "Check the connection of this device, then try again.",
  "problem.signed_out.title": "You are signed out",
  "problem.signed_out.detail": "Sign in again to go on.",
  "problem.unexpected_answer.title": "The server gave an answer these pages cannot read",
  "problem.unexpected_answer.detail":
    "Sign in again. If that does not help, look whether a proxy stands in front of the server.",

  "right.mapping": "{roles} cannot change the order mapping. Ask an owner or an admin.",
  "right.rule:write": "{roles} cannot turn messages on or off. Ask an owner or an admin.",
  "right.message:read": "{roles} cannot read messages. Ask an owner or an admin.",
  "right.message:release": "{roles} cannot release, cancel or resend messages. Ask an owner or an admin.",
  "right.sender:connect": "{roles} cannot connect a number. Ask an owner or an admin.",
  "right.sender:check": "{roles} cannot check the number. Ask an owner or an admin.",
  "right.template:sync": "{roles} cannot get templates from Meta. Ask an owner or an admin.",
  "right.member:write": "{roles} cannot give or take roles. Ask an owner or an admin.",
  "right.answer:mark": "{roles} cannot mark answers as read. Ask an owner or an admin.",
  "right.unsure:answer": "{roles} cannot say what these mean. Ask an owner or an admin.",
  "right.alert:acknowledge": "{roles} cannot take care of this. Ask an owner or an admin.",
  "right.other": "{roles} cannot do this. Ask an owner or an admin.",

  "graph.simulator.title": "Connected to a simulator",
  "graph.simulator.detail": "Nothing reaches a real phone. Messages go to {host}.",
  "graph.other.title": "Not connected to Meta",
  "graph.other.detail":
    "Messages go to {host} instead of Meta. Set WEBXKEY_GRAPH_URL if that is not intended.",

  "alerts.title": "Needs attention",
  "alerts.acknowledge": "I take care of it",

  "access.none":
    "You have no access to WhatsApp messages: {people} can give you a role under Settings, WhatsApp.",
  "access.nobody":
    "Nobody has access to WhatsApp messages yet: the owner named in the plugin's configuration needs an account in this admin first.",
} as const;
