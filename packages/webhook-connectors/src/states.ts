import { z } from "zod";
import type { OrderAct } from "./acts.ts";

/** What a state that a merchant defines can mean to a customer. */
const STATE_EVENTS = [
  "order.placed",
  "order.confirmed",
  "order.updated",
  "order.ready_for_pickup",
  "order.shipped",
  "order.delivered",
  "order.cancelled",
  "order.return_requested",
  "order.return_received",
] as const;

/** Nothing is told of a state that means `nothing`, nor of one that is not listed. */
type Meaning = (typeof STATE_EVENTS)[number] | "nothing";
export type States = Readonly<Record<string, Meaning>>;

/** A merchant's mapping: the platform's name of a state, and what it means. It adds to the connector's own and goes before it. */
export const statesSetting = z
  .record(z.string().regex(/^[^\p{C}]{1,80}$/u), z.enum([...STATE_EVENTS, "nothing"]))
  .default({});

/** Whether every state has the form of the platform's own names: one that it never has would never be told. */
export function namedBy(form: RegExp): (states: States) => boolean {
  return (states) => Object.keys(states).every((state) => form.test(state));
}

/**
 * What being in a state proves of an order.
 *
 * @param at When it came into the state, where the platform says it.
 */
export function actsOfState(ref: string, state: string, states: States, at?: string): OrderAct[] {
  const type = Object.hasOwn(states, state) ? states[state] : undefined;
  if (type === undefined || type === "nothing") return [];
  // An order can be updated many times, and once to each state.
  const id = type === "order.updated" ? `${ref}:${state}` : ref;
  return [{ type, id, inState: state, ...(at && { at }), details: () => detailsOf(type, ref) }];
}

/** A state has no parcel and no return of its own; both are named by their order. */
function detailsOf(type: string, ref: string): ReturnType<NonNullable<OrderAct["details"]>> {
  if (type.startsWith("order.return_")) return { return: { ref } };
  if (["order.ready_for_pickup", "order.shipped", "order.delivered"].includes(type))
    return { fulfillment: { ref } };
  return {};
}
