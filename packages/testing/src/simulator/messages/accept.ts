import type { FaultKind, Occasion } from "../faults.ts";
import { type GraphRefusal, refusal } from "../graph-errors.ts";
import { digitsOfPhone } from "../people/people.ts";
import { holdByAgent } from "../people/phone-actions.ts";
import { waIdOf } from "../people/wa-id.ts";
import type { Simulation } from "../simulation.ts";
import { checkParameters } from "../templates/check-parameters.ts";
import { renderMessage } from "../templates/render.ts";
import {
  ACCEPTED_KEPT_MAX,
  type AcceptedMessage,
  keepNewest,
  type NumberState,
  type PhoneNumber,
  type Template,
  THREAD_KEPT_MAX,
  templateKey,
  type World,
} from "../world.ts";
import { ENTRY_POINT_WINDOW_MS, priceOf, SERVICE_WINDOW_MS } from "./pricing.ts";
import { findRecipient, type Recipient } from "./recipient.ts";
import type { SendRequest } from "./send-request.ts";
import type { StatusPlan } from "./statuses.ts";

const BODY_CHARACTERS_MAX = 1024;

const STATE_REFUSALS: Record<NumberState, number | undefined> = {
  connected: undefined,
  unregistered: 133010,
  locked: 131031,
  maintenance: 131057,
  payment_issue: 131042,
};

export interface Acceptance {
  message: AcceptedMessage;
  plan: StatusPlan;
}

/**
 * Everything between a well-formed request and its acceptance, in the order in which an honest Meta would look:
 * limits, the state of the number, the recipient, the template.
 */
// behaviour: error-order
export function acceptMessage(
  sim: Simulation,
  number: PhoneNumber,
  request: SendRequest,
  receivedAtMs: number,
): Acceptance | { refused: GraphRefusal } {
  const occasion: Occasion = {
    phoneNumberId: number.id,
    phone: request.to === undefined ? undefined : waIdOf(sim.world, digitsOfPhone(request.to)),
    template: request.template?.name,
  };
  const limited = sim.faults.strike(["graph_error"], occasion);
  if (limited) {
    const { code = 131000, retryAfterSeconds } = limited;
    return {
      refused: { ...refusal(code), ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
    };
  }
  const tooFast = sim.throughput.take(number, occasion.phone ?? request.recipient ?? "", receivedAtMs);
  if (tooFast) return { refused: tooFast };
  const badState = checkNumber(number);
  if (badState) return { refused: badState };
  const recipient = findRecipient(sim.world, number, request);
  if ("refused" in recipient) return recipient;
  const found = request.template ? findTemplate(sim, number, request, recipient, occasion) : undefined;
  if (found && "refused" in found) return found;
  return record(sim, number, request, recipient, found?.template, receivedAtMs, occasion);
}

// behaviour: number-state
function checkNumber(number: PhoneNumber): GraphRefusal | undefined {
  const code = STATE_REFUSALS[number.state];
  if (code !== undefined) return refusal(code);
  const isFictional = number.digits.startsWith("1555");
  return isFictional && number.nameStatus !== "APPROVED" ? refusal(131037) : undefined;
}

// behaviour: template-status
function findTemplate(
  sim: Simulation,
  number: PhoneNumber,
  request: SendRequest,
  recipient: Recipient,
  occasion: Occasion,
): { template: Template } | { refused: GraphRefusal } {
  const send = request.template;
  if (!send) return { refused: refusal(100) };
  const template = sim.world.templates.get(templateKey(number.wabaId, send.name, send.language.code));
  const struck = sim.faults.strike(
    ["template_paused", "template_disabled", "template_rejected"],
    occasion,
  )?.kind;
  const status = struck ? STATUS_OF_FAULT[struck] : template?.status;
  if (!template || (status !== "APPROVED" && status !== "PAUSED" && status !== "DISABLED")) {
    return {
      refused: refusal(132001, `template name (${send.name}) does not exist in ${send.language.code}`),
    };
  }
  if (status === "PAUSED") return { refused: refusal(132015) };
  if (status === "DISABLED") return { refused: refusal(132016) };
  // behaviour: one-time-code-needs-phone
  if (recipient.toUserId && template.category === "AUTHENTICATION") return { refused: refusal(131062) };
  const wrong = checkParameters(template, send.components);
  if (wrong) return { refused: wrong };
  const text = renderMessage(request, template).body ?? "";
  if (text.length > BODY_CHARACTERS_MAX) {
    return {
      refused: refusal(132005, `The body has ${text.length} of at most ${BODY_CHARACTERS_MAX} characters.`),
    };
  }
  return { template };
}

const STATUS_OF_FAULT: Partial<Record<FaultKind, Template["status"]>> = {
  template_paused: "PAUSED",
  template_disabled: "DISABLED",
  template_rejected: "REJECTED",
};

function record(
  sim: Simulation,
  number: PhoneNumber,
  request: SendRequest,
  recipient: Recipient,
  template: Template | undefined,
  receivedAtMs: number,
  occasion: Occasion,
): Acceptance {
  const { person } = recipient;
  const windowIsOpen = isWithin(person?.lastWroteMs.get(number.id), SERVICE_WINDOW_MS, receivedAtMs);
  const plan = planStatuses(sim, request, recipient, template, windowIsOpen, occasion);
  const isUsernameOnly = sim.faults.strike(["username_only"], occasion) !== undefined;
  const message: AcceptedMessage = {
    origin: "business",
    wamid: sim.ids.wamid(person?.digits ?? recipient.input, "from_business"),
    number,
    ...(person ? { person } : {}),
    input: recipient.input,
    toUserId: recipient.toUserId,
    userIdMode: isUsernameOnly ? "username_without_phone" : (person?.userIdMode ?? "default"),
    request,
    ...(template ? { template } : {}),
    pricing: priceOf({
      category: template?.category ?? "SERVICE",
      atMs: receivedAtMs,
      windowIsOpen,
      entryPointIsOpen: isWithin(person?.enteredFromAdMs.get(number.id), ENTRY_POINT_WINDOW_MS, receivedAtMs),
    }),
    // behaviour: message-status-on-templates
    ...(template ? { messageStatus: plan.held ? "held_for_quality_assessment" : "accepted" } : {}),
    receivedAtMs,
    answer: "ok",
    statuses: [],
    pricedReceipt: false,
  };
  keep(sim.world, message);
  // behaviour: standby
  if (person?.heldByAgent.has(number.id) && !template)
    void holdByAgent(sim, person, { held: false, phoneNumberId: number.id });
  sim.changed();
  return { message, plan };
}

/** These come, in Meta's practice, as a `failed` status after a 200. */
function planStatuses(
  sim: Simulation,
  request: SendRequest,
  { person }: Recipient,
  template: Template | undefined,
  windowIsOpen: boolean,
  occasion: Occasion,
): StatusPlan {
  const { faults } = sim;
  const failure = faults.strike(["failed_status"], occasion);
  const held = template ? faults.strike(["held_for_quality"], occasion) : undefined;
  const failWith = failure ? (failure.code ?? 131026) : refusedLater();
  return {
    ...(failWith === undefined ? {} : { failWith }),
    ...(held ? { held } : {}),
    isSilent: faults.strike(["no_statuses"], occasion) !== undefined,
    skipsDelivered: faults.strike(["missing_delivered"], occasion) !== undefined,
    isReversed: faults.strike(["reordered_statuses"], occasion) !== undefined,
    delayMs: faults.strike(["delayed_statuses"], occasion)?.delayMs ?? 0,
  };

  function refusedLater(): number | undefined {
    // behaviour: undeliverable-fails-later
    if (person && !person.onWhatsApp) return 131026;
    // behaviour: window-closed-fails-later
    if (request.type !== "template" && !windowIsOpen) return 131047;
    // behaviour: marketing-stop-fails-later
    const hasStopped =
      template?.category === "MARKETING" && person?.stoppedMarketing.has(occasion.phoneNumberId ?? "");
    return hasStopped ? 131050 : undefined;
  }
}

function isWithin(sinceMs: number | undefined, lengthMs: number, nowMs: number): boolean {
  return sinceMs !== undefined && nowMs - sinceMs < lengthMs;
}

function keep(world: World, message: AcceptedMessage): void {
  world.counts.accepted += 1;
  if (keepNewest(world.accepted, message.wamid, message, ACCEPTED_KEPT_MAX)) world.counts.forgotten += 1;
  const thread = message.person?.thread;
  if (!thread) return;
  thread.push(message);
  if (thread.length > THREAD_KEPT_MAX) thread.shift();
}
