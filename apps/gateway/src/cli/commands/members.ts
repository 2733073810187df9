import type { InferContractRouterInputs } from "@orpc/contract";
import { acceptedInvitation, type Contract } from "@webxkey/core/contract";
import type { ClientSettings } from "../../env.ts";
import { postWithBearer } from "../client.ts";
import type { ClientCommand, LocalCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { table } from "../report.ts";
import { openTerminal } from "../terminal.ts";

type Role = InferContractRouterInputs<Contract>["members"]["set"]["role"];

const ROLES = "owner, admin, privacy_officer, operator, developer, viewer or auditor";

export const memberCommands: readonly ClientCommand[] = [
  {
    name: "member list",
    summary: "who is a member with which role, and who is invited",
    async run({ client }) {
      const { members } = await client.members.list();
      const { invitations } = await client.invitations.list();
      return {
        document: { members, invitations },
        lines: [
          ...table(
            ["MEMBER", "ROLE", "SINCE"],
            members.map(({ user_id, role, since }) => [user_id, role, since]),
          ),
          "",
          ...table(
            ["INVITED", "ROLE", "UNTIL", "INVITATION"],
            invitations.map(({ user_id, role, expires_at, invitation_id }) => [
              user_id,
              role,
              expires_at,
              invitation_id,
            ]),
            "Nobody is invited.",
          ),
        ],
      };
    },
  },
  {
    name: "member invite",
    summary: "makes an invitation that is good once, within a week, and shows it, once",
    arguments: ["USER"],
    options: [{ name: "role", value: "ROLE", help: ROLES, required: true }],
    async run({ client, argument, option }) {
      const document = await client.invitations.create({
        user_id: argument("USER"),
        role: option("role") as Role,
      });
      const { user_id, role, expires_at, invitation } = document;
      return {
        document,
        lines: [
          `${user_id} is invited as ${role} until ${expires_at}. Hand this on, shown this once:`,
          `  ${invitation}`,
          'They accept it with "webxkey member accept" and get a key of their own, which nobody else sees.',
        ],
      };
    },
  },
  {
    name: "member uninvite",
    summary: "ends an invitation that was not accepted",
    arguments: ["INVITATION"],
    async run({ client, argument }) {
      const document = await client.invitations.revoke({ invitation_id: argument("INVITATION") });
      return { document, lines: ["The invitation has ended."] };
    },
  },
  {
    name: "member role",
    summary: "gives a member another role, at once",
    arguments: ["USER", "ROLE"],
    async run({ client, argument }) {
      const user_id = argument("USER");
      // The API would make a member of whoever is named; a slip of the pen must not.
      const { members } = await client.members.list();
      if (!members.some((member) => member.user_id === user_id))
        throw new Failure(
          `${user_id} is no member. Invite them: webxkey member invite ${user_id} --role ROLE`,
        );
      const document = await client.members.set({ user_id, role: argument("ROLE") as Role });
      return { document, lines: [`${document.user_id} is ${document.role} now.`] };
    },
  },
  {
    name: "member remove",
    summary: "ends a membership and all keys of the member, at once",
    arguments: ["USER"],
    options: [{ name: "yes", help: "really" }],
    async run({ client, argument, has }) {
      if (!has("yes")) throw new Failure("The member's keys end too. To do it, say --yes.");
      const document = await client.members.remove({ user_id: argument("USER") });
      return { document, lines: [`${document.user_id} is no member any more.`] };
    },
  },
];

/** Needs no key: the invitation is one. */
export function acceptCommand(settings: ClientSettings): LocalCommand {
  return {
    name: "member accept",
    summary: "accepts an invitation and shows the key that comes with it, once",
    async runLocally() {
      const invitation =
        settings.invitation?.reveal() ?? (await openTerminal().readSecret("invitation (WEBXKEY_INVITATION)"));
      const answer = await postWithBearer(settings, "/v1/invitations/accept", invitation);
      const document = acceptedInvitation.parse(answer);
      const { workspace, role, key, expires_at } = document;
      return {
        document,
        lines: [
          `You are ${role} of the workspace ${workspace.id} (${workspace.name}). Your key until ${expires_at}, shown this once; put it into WEBXKEY_API_KEY:`,
          `  ${key}`,
        ],
      };
    },
  };
}
