import type { ClientCommand } from "../command.ts";
import { table } from "../report.ts";

export const workspaceCommands: readonly ClientCommand[] = [
  {
    name: "workspace list",
    summary: "the workspaces that this key may see",
    async run({ client }) {
      const document = await client.workspaces.list();
      const rows = document.workspaces.map(({ id, name, installed_at }) => [id, name, installed_at]);
      return { document, lines: table(["WORKSPACE", "NAME", "SINCE"], rows) };
    },
  },
  {
    name: "workspace create",
    summary: "makes a client's separate space and shows its owner key, once",
    arguments: ["ID", "NAME"],
    async run({ client, argument }) {
      const document = await client.workspaces.create({ id: argument("ID"), name: argument("NAME") });
      const { id, name, owner_key } = document;
      return {
        document,
        lines: [`The workspace ${id} (${name}) is made. Its owner key, shown this once:`, `  ${owner_key}`],
      };
    },
  },
];
