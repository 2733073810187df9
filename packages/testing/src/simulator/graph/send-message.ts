import { missingParameter, refusal } from "../graph-errors.ts";
import { acceptMessage } from "../messages/accept.ts";
import { checkSendRequest, type SendRequest } from "../messages/send-request.ts";
import { reportStatuses } from "../messages/statuses.ts";
import { occasionOf } from "../people/contact.ts";
import { userIdOf } from "../people/user-ids.ts";
import type { Simulation } from "../simulation.ts";
import { type AcceptedMessage, type PhoneNumber, wabaOf } from "../world.ts";
import { type GraphAnswer, type GraphCall, ok, readFields, refuse } from "./call.ts";

/** A send is answered only after `reported`, when the status webhook must overtake the answer. */
export interface SendOutcome {
  answer: GraphAnswer;
  message?: AcceptedMessage;
  /** Resolves when the first status webhook was posted. */
  reported?: Promise<void>;
}

/** POST /{phone-number-id}/messages */
export function sendMessage(sim: Simulation, number: PhoneNumber, call: GraphCall): SendOutcome {
  const fields = readFields(call);
  if (!fields) return { answer: refuse(missingParameter("messaging_product")) };
  const misshapen = checkSendRequest(fields);
  if (misshapen) return { answer: refuse(misshapen) };
  if (fields["status"] === "read") return { answer: markAsRead(sim, number, String(fields["message_id"])) };
  const request = { ...fields, type: fields["type"] ?? "text" } as SendRequest;
  const accepted = acceptMessage(sim, number, request, call.atMs);
  if ("refused" in accepted) return { answer: refuse(accepted.refused) };
  const { message, plan } = accepted;
  return { answer: ok(acceptedBody(sim, message)), message, reported: reportStatuses(sim, message, plan) };
}

// behaviour: accepted-answer
function acceptedBody(sim: Simulation, message: AcceptedMessage): object {
  const { person, toUserId, input, wamid, messageStatus, number } = message;
  const isNameless = person && sim.faults.strike(["no_ids_in_answer"], occasionOf(number, person));
  const isNamed = person && sim.faults.strike(["user_id_in_answer"], occasionOf(number, person));
  const address = {
    ...(toUserId ? { user_id: input } : person ? { wa_id: person.digits } : {}),
    ...(isNamed ? { user_id: userIdOf(sim.world, person, wabaOf(sim.world, number).portfolioId) } : {}),
  };
  return {
    messaging_product: "whatsapp",
    contacts: isNameless ? [] : [{ input, ...address }],
    messages: [{ id: wamid, ...(messageStatus === undefined ? {} : { message_status: messageStatus }) }],
  };
}

/** Marks the message and everything the person wrote before it. */
// behaviour: mark-as-read
function markAsRead(sim: Simulation, number: PhoneNumber, wamid: string): GraphAnswer {
  const read = sim.world.received.get(wamid);
  if (!read || read.number.id !== number.id) {
    return refuse(refusal(131009, "The message ID is not one of a message to this number."));
  }
  for (const item of read.person.thread) {
    if (item.origin === "person" && item.number.id === number.id && item.sentAtMs <= read.sentAtMs) {
      item.readByBusiness = true;
    }
  }
  sim.changed();
  return ok({ success: true });
}
