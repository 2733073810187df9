import { actorOf } from "../../access/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";

export function unsureRoutes({ unsure }: Pick<ApiPorts, "unsure">) {
  return {
    list: os.unsure.list.use(needs("unsure:read")).handler(async ({ context: { member } }) => {
      const cases = await unsure.list(actorOf(member), member.workspaceId);
      return {
        unsure: cases.map(({ caseId, text, from, writtenAt, held }) => ({
          case_id: caseId,
          text,
          from,
          written_at: writtenAt.toISOString(),
          held,
        })),
      };
    }),
    count: os.unsure.count
      .use(needs("unsure:read"))
      .handler(async ({ context: { member } }) => ({ open: await unsure.count(member.workspaceId) })),
    answer: os.unsure.answer
      .use(needs("unsure:answer"))
      .handler(async ({ context: { member }, input: { case_id, answer } }) => {
        await unsure.answer(actorOf(member), member.workspaceId, case_id, answer);
        return { answered: true as const };
      }),
  };
}
