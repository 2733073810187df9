import { type AlertMessage, type AlertOutlet, alertWebhook } from "@webxkey/core";
import { createTransport } from "nodemailer";
import type { AlertSettings } from "./env.ts";

const SMTP_BEGIN_MS_MAX = 20_000;
/** A server may look for viruses for minutes before it says that it has taken a mail; who gives up earlier sends it again. */
const SMTP_SILENCE_MS_MAX = 180_000;

/** How this installation tells people of alerts: by webhook, by e-mail, by both or by neither. */
export function alertOutletsOf({ webhook, email }: AlertSettings): AlertOutlet[] {
  // A recipient each, so that a mailbox that is full neither keeps the others from being told nor has them told again.
  const emails = email?.to.map((to, n) => alertEmail(email, to, n === 0 ? "email" : `email-${n + 1}`));
  return [...(webhook ? [alertWebhook(webhook)] : []), ...(emails ?? [])];
}

/** Sends each alert as a plain text e-mail. Beyond this machine the server must speak TLS, from the start or by STARTTLS. */
function alertEmail(
  { smtpUrl, from }: NonNullable<AlertSettings["email"]>,
  to: string,
  name: string,
): AlertOutlet {
  const url = new URL(smtpUrl.reveal());
  const secure = url.protocol === "smtps:";
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const transport = createTransport({
    host: url.hostname,
    port: Number(url.port || (secure ? "465" : "587")),
    secure,
    requireTLS: !secure && !isLoopback,
    ...(url.username && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: SMTP_BEGIN_MS_MAX,
    greetingTimeout: SMTP_BEGIN_MS_MAX,
    socketTimeout: SMTP_SILENCE_MS_MAX,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name,
    async deliver(alert) {
      await transport.sendMail({ from, to, ...emailOf(alert, from) });
    },
  };
}

/** The message id is the alert's own, so that a repeated delivery is shown once by who reads it. */
function emailOf({ alertId, workspace, sentence, raisedAt }: AlertMessage, from: string) {
  const [title = ""] = sentence.split(/(?<=\.) /, 1);
  return {
    subject: `${workspace.name}: ${title}`,
    messageId: `<${alertId}@${from.split("@")[1]}>`,
    text: [
      sentence,
      "",
      `Workspace ${workspace.name} (${workspace.id}), seen ${raisedAt.toISOString()}.`,
      `Acknowledge it with: webxkey alert ack ${alertId}`,
      "",
    ].join("\n"),
  };
}
