import { WebxkeyError } from "../../kernel/errors.ts";
import { type ApiPorts, needs, os } from "../api.ts";

export function auditRoutes(ports: Pick<ApiPorts, "audit">) {
  /** One at a time in this process: verifying reads and hashes every entry, and eight at once held up everybody's events. */
  let verifying = false;
  return {
    verify: os.audit.verify.use(needs("audit:verify")).handler(async ({ context: { member } }) => {
      if (verifying) {
        throw new WebxkeyError("too_many_requests", {
          detail: "An audit is being verified already. Ask again when that has ended.",
        });
      }
      verifying = true;
      try {
        const verdict = await ports.audit.verify(member.workspaceId);
        return { ...verdict, faults: [...verdict.faults] };
      } finally {
        verifying = false;
      }
    }),
  };
}
