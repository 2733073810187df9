import type { PrivacyRequest } from "../../privacy/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import type { PrivacyRequestSummary } from "./contract.ts";

export function privacyRoutes({ privacy }: Pick<ApiPorts, "privacy">) {
  return {
    list: os.privacyRequests.list.use(needs("privacy:read")).handler(async ({ context: { member } }) => ({
      privacy_requests: (await privacy.list(member.workspaceId)).map(summaryOf),
    })),
  };
}

function summaryOf(request: PrivacyRequest): PrivacyRequestSummary {
  return {
    request_id: request.requestId,
    kind: request.kind,
    state: request.state,
    connector: request.connector,
    source: request.source,
    received_at: request.receivedAt.toISOString(),
    due_at: request.dueAt.toISOString(),
    restricted: request.restricted,
  };
}
