import type { ClientSettings, Hidden } from "../../env.ts";
import type { ClientCommand } from "../command.ts";

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
      ],
      async run({ client, terminal, option }) {
        const from = async (given: Hidden | undefined, name: string) =>
          given?.reveal() ?? (await terminal.readSecret(name));
        const document = await client.senders.connect({
          waba_id: option("waba"),
          phone_number_id: option("number"),
          app_id: option("app"),
          app_secret: await from(appSecret, "app secret (WEBXKEY_APP_SECRET)"),
          access_token: await from(accessToken, "access token (WEBXKEY_ACCESS_TOKEN)"),
        });
        const { display_phone_number, verified_name, state } = document;
        return {
          document,
          lines: [`${display_phone_number ?? "The number"} (${verified_name ?? "no name yet"}) is ${state}.`],
        };
      },
    },
  ];
}
