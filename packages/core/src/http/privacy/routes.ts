import { actorOf } from "../../access/index.ts";
import { parsePhone } from "../../kernel/phone.ts";
import { maskPhone } from "../../kernel/pii.ts";
import type { PrivacyRequest, ShownPrivacyRequest } from "../../privacy/index.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import type { PrivacyRequestSummary, ShownPrivacyRequest as Shown } from "./contract.ts";

export function privacyRoutes({ privacy }: Pick<ApiPorts, "privacy">) {
  return {
    list: os.privacyRequests.list.use(needs("privacy:read")).handler(async ({ context: { member } }) => ({
      privacy_requests: (await privacy.list(member.workspaceId)).map(summaryOf),
    })),
    show: os.privacyRequests.show
      .use(needs("privacy:read"))
      .handler(async ({ context: { member }, input }) =>
        shownOf(await privacy.show(actorOf(member), member.workspaceId, input.request_id)),
      ),
    answer: os.privacyRequests.answer
      .use(needs("privacy:answer"))
      .handler(async ({ context: { member }, input }) =>
        shownOf(await privacy.answer(actorOf(member), member.workspaceId, input.request_id, input.note)),
      ),
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
    overdue: request.overdue,
    answered_at: request.answeredAt?.toISOString() ?? null,
    restricted: request.restricted,
  };
}

function shownOf(request: ShownPrivacyRequest): Shown {
  const { person, answer } = request;
  const phone = parsePhone(person.phone);
  return {
    ...summaryOf(request),
    person: {
      // What cannot be read as a number is no number that could be masked.
      phone: phone.ok ? maskPhone(phone.e164) : null,
      customer_ref: person.customerRef ?? null,
      order_refs: [...(person.orderRefs ?? [])],
    },
    answer: answer && { by: answer.by, at: answer.at.toISOString(), note: answer.note },
  };
}
