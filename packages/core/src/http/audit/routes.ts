import { type ApiPorts, needs, os } from "../api.ts";

export function auditRoutes(ports: Pick<ApiPorts, "audit">) {
  return {
    verify: os.audit.verify.use(needs("audit:verify")).handler(async ({ context: { member } }) => {
      const verdict = await ports.audit.verify(member.workspaceId);
      return { ...verdict, faults: [...verdict.faults] };
    }),
  };
}
