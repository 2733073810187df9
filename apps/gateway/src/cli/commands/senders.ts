import type { ClientSettings, Hidden } from "../../env.ts";
import type { ClientCommand } from "../command.ts";
import { minuteOf, table } from "../report.ts";

/** The two secrets of a Meta app come from the environment, a prompt or standard input. */
export function senderCommands({
  appSecret,
  accessToken,
}: Pick<ClientSettings, "appSecret" | "accessToken">): readonly ClientCommand[] {
  return [
    {
      name: "sender connect",
      summary: "checks a WhatsApp number at Meta, keeps its credentials and sets its webhook",
      options: [
        { name: "waba", value: "ID", help: "the WhatsApp Business Account", required: true },
        { name: "number", value: "ID", help: "the phone number's id, not the number", required: true },
        { name: "app", value: "ID", help: "the Meta app", required: true },
        { name: "replaces", value: "SENDER", help: "the number that this one takes the place of" },
        { name: "now", help: "the app secret before this one ends at once, because somebody else has it" },
      ],
      async run({ client, terminal, option, optional, has }) {
        const from = async (given: Hidden | undefined, name: string) =>
          given?.reveal() ?? (await terminal.readSecret(name));
        const document = await client.senders.connect({
          waba_id: option("waba"),
          phone_number_id: option("number"),
          app_id: option("app"),
          app_secret: await from(appSecret, "app secret (WEBXKEY_APP_SECRET)"),
          access_token: await from(accessToken, "access token (WEBXKEY_ACCESS_TOKEN)"),
          ...(optional("replaces") && { replaces: optional("replaces") }),
          end_old_secret: has("now"),
        });
        const { sender_id, display_phone_number, verified_name, state, in_use } = document;
        return {
          document,
          lines: [
            `${display_phone_number ?? "The number"} (${verified_name ?? "no name yet"}) is ${state}.`,
            ...(in_use
              ? []
              : [
                  `Messages still go from another number. To send from this one: webxkey sender choose ${sender_id}`,
                ]),
          ],
        };
      },
    },
    {
      name: "sender list",
      summary: "the WhatsApp numbers, which of them is used, and until when each token is valid",
      async run({ client }) {
        const document = await client.senders.list();
        const rows = document.senders.map((sender) => [
          sender.sender_id,
          sender.display_phone_number,
          sender.verified_name,
          sender.state,
          sender.in_use ? "yes" : "no",
          sender.token_expires_at === null ? "never" : minuteOf(sender.token_expires_at),
        ]);
        return {
          document,
          lines: table(
            ["SENDER", "NUMBER", "NAME", "IS", "IN USE", "TOKEN ENDS"],
            rows,
            'No WhatsApp number is connected. Run "webxkey sender connect".',
          ),
        };
      },
    },
    {
      name: "sender choose",
      summary: "sends from this number from now on",
      arguments: ["SENDER"],
      async run({ client, argument }) {
        const document = await client.senders.choose({ sender_id: argument("SENDER") });
        return { document, lines: [`Messages go from ${document.display_phone_number ?? "it"} now.`] };
      },
    },
    {
      name: "sender disconnect",
      summary: "takes a number out of use and deletes its access token; answers to it are still read",
      arguments: ["SENDER"],
      async run({ client, argument }) {
        const document = await client.senders.disconnect({ sender_id: argument("SENDER") });
        const { senders } = await client.senders.list();
        const used = senders.find(({ in_use }) => in_use);
        return {
          document,
          lines: [
            `${document.display_phone_number ?? "The number"} is disconnected.`,
            used
              ? `Messages go from ${used.display_phone_number ?? used.sender_id}.`
              : 'Messages wait until a number is connected: "webxkey sender connect".',
          ],
        };
      },
    },
  ];
}
