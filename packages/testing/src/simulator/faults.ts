import type { SimulatorIds } from "./ids.ts";
import type { SignatureFlaw } from "./webhooks/signature.ts";

/** Everything that can be made to go wrong. The sentences are shown in the phone view. */
export const FAULT_KINDS = {
  token_expired: "Every call is refused with 190: the access token has expired.",
  graph_error: "The call is refused with the given code (130429, 131056, 131042 …).",
  server_error_before: "Answers 500; the message was not accepted.",
  server_error_after: "Answers 500 although the message was accepted.",
  reset_before: "Resets the connection; the message was not accepted.",
  reset_after: "Resets the connection although the message was accepted.",
  hang_before: "Never answers; the message was not accepted.",
  hang_after: "Never answers although the message was accepted.",
  slow_answer: "Answers after the given delay.",
  truncated_body: "Accepts, then closes the connection in the middle of the answer.",
  truncated_json: "Accepts, then answers 200 with JSON that is cut off.",
  wrong_content_type: "Accepts, then answers 200 with an HTML page.",
  slow_drip: "Accepts, then answers a few bytes at a time, spread over the given delay.",
  template_paused: "Treats the template as paused: 132015.",
  template_disabled: "Treats the template as disabled: 132016.",
  template_rejected: "Treats the template as rejected: 132001. A review that ends meanwhile rejects too.",
  held_for_quality:
    "Accepts but holds the message; after the delay it is sent, or dropped where a code (132015) is given.",
  failed_status: "Accepts with 200, then sends a failed status with the given code.",
  no_statuses: "Accepts, then never reports a status.",
  missing_delivered: "Leaves out the delivered status.",
  delayed_statuses: "Holds statuses back for the given delay.",
  reordered_statuses: "Sends read before delivered before sent.",
  webhook_before_response: "Reports the first status before it answers the call.",
  duplicate_webhooks: "Posts the same webhook twice.",
  wrong_signature: "Signs the webhook in a way that must be refused.",
  ids_in_contacts_only: "The user id of a status stands in its contacts only.",
  ids_in_fields_only: "Statuses come without contacts.",
  no_ids_in_answer: "The answer names a message and nobody whom it went to.",
  user_id_in_answer: "The answer names the person's user id too, though the message went to a number.",
  parent_id_only: "The person is called by the parent user id alone.",
  username_only: "The person is known by user id only: no phone number in webhooks.",
} as const satisfies Record<string, string>;

export type FaultKind = keyof typeof FAULT_KINDS;

/** Kinds that act on any Graph call, where the fault asks for `routes: "all"`. */
export type FaultRoutes = "messages" | "all";

export interface FaultRequest {
  kind: FaultKind;
  /** From 0 to 1; each occasion is decided anew. Default 1. */
  probability?: number | undefined;
  /** How often it strikes before it removes itself. Without it, until removed. */
  count?: number | undefined;
  /** Only for this number, recipient or template. */
  phoneNumberId?: string | undefined;
  phone?: string | undefined;
  template?: string | undefined;
  /** Default `messages`: only POST /messages. */
  routes?: FaultRoutes | undefined;
  /** For graph_error, server_error_*, failed_status and a dropped held_for_quality. */
  code?: number | undefined;
  /** For graph_error: the whole seconds of a Retry-After header. */
  retryAfterSeconds?: number | undefined;
  /** For slow_answer, slow_drip, delayed_statuses and held_for_quality. */
  delayMs?: number | undefined;
  flaw?: SignatureFlaw | undefined;
}

export interface Fault extends FaultRequest {
  id: string;
  /** How often it has struck. */
  hits: number;
}

/** What a fault's filters are compared with; a filter on a fact that is not known does not match. */
export interface Occasion {
  phoneNumberId?: string | undefined;
  phone?: string | undefined;
  template?: string | undefined;
  route?: FaultRoutes | undefined;
}

export interface Faults {
  add(request: FaultRequest): Fault;
  remove(id: string): boolean;
  clear(): void;
  list(): Fault[];
  /** The fault of one of these kinds that strikes now, if any. Counts it. */
  strike(kinds: readonly FaultKind[], occasion: Occasion): Fault | undefined;
}

// behaviour: fault-switches
export function createFaults(ids: SimulatorIds): Faults {
  let faults: Fault[] = [];
  let added = 0;

  function matches(fault: Fault, occasion: Occasion): boolean {
    if (occasion.route === "all" && fault.routes !== "all") return false;
    if (fault.phoneNumberId !== undefined && fault.phoneNumberId !== occasion.phoneNumberId) return false;
    if (fault.phone !== undefined && fault.phone !== occasion.phone) return false;
    if (fault.template !== undefined && fault.template !== occasion.template) return false;
    return fault.probability === undefined || ids.chance() < fault.probability;
  }

  return {
    add(request) {
      added += 1;
      const phone = request.phone?.replace(/\D/g, "");
      const fault: Fault = {
        ...request,
        ...(phone === undefined ? {} : { phone }),
        id: `fault-${added}`,
        hits: 0,
      };
      faults.push(fault);
      return fault;
    },
    remove(id) {
      const before = faults.length;
      faults = faults.filter((fault) => fault.id !== id);
      return faults.length < before;
    },
    clear() {
      faults = [];
    },
    list: () => faults.map((fault) => ({ ...fault })),
    strike(kinds, occasion) {
      if (faults.length === 0) return undefined;
      const fault = faults.find((one) => kinds.includes(one.kind) && matches(one, occasion));
      if (!fault) return undefined;
      fault.hits += 1;
      if (fault.count !== undefined && fault.hits >= fault.count)
        faults = faults.filter((one) => one !== fault);
      return fault;
    },
  };
}
