/**
 * What the engine promises, as small as it can be said: one person's consent, the template, the number, and what becomes of
 * each message. The model test compares the engine with it after every command.
 */

export type State = "queued" | "blocked" | "held" | "accepted" | "sent" | "failed" | "delivered" | "read";

export type Status = "sent" | "delivered" | "read" | "failed";

const LADDER: readonly State[] = ["accepted", "sent", "failed", "delivered", "read"];

export type ModelMessage = {
  readonly person: number;
  state: State;
  /** What it waits for, while it is held. */
  heldFor?: "sender" | "template";
  /** Meta has it; so it never has it again. */
  taken: boolean;
};

type Standing = "none" | "claimed" | "given" | "withdrawn";
type Person = { standing: Standing; asked: boolean };
type Wish = { readonly person: number; readonly word: "STOP" | "START" };
/** What Meta told and no worker has applied yet. */
type Pending = Wish | { readonly approved: boolean } | { readonly message: number; readonly status: Status };

export type Model = {
  readonly people: Person[];
  readonly messages: ModelMessage[];
  approved: boolean;
  /** Meta refuses the token. */
  tokenDead: boolean;
  /** The engine knows. */
  senderStopped: boolean;
  working: boolean;
  pending: Pending[];
};

export function createModel(people: number): Model {
  return {
    people: Array.from({ length: people }, () => ({ standing: "none", asked: false })),
    messages: [],
    approved: true,
    tokenDead: false,
    senderStopped: false,
    working: true,
    pending: [],
  };
}

/** An order with the box ticked: the claim allows this order only, and lifts no withdrawal. */
export function publish(model: Model, person: number): void {
  const one = personOf(model, person);
  if (one.standing === "none") one.standing = "claimed";
  one.asked = true;
  model.messages.push({ person, taken: false, ...decide(model, person) });
  settle(model);
}

export function tell(model: Model, pending: Pending): void {
  model.pending.push(pending);
  settle(model);
}

export function startWorking(model: Model): void {
  model.working = true;
  settle(model);
}

/** The merchant connects the number again: what waited for it is looked at again. */
export function reconnect(model: Model): void {
  model.tokenDead = false;
  model.senderStopped = false;
  requeueResolved(model);
  settle(model);
}

function personOf(model: Model, person: number): Person {
  const found = model.people[person];
  if (!found) throw new Error(`There is no person ${person}.`);
  return found;
}

/** At intake, and again at the claim. */
function decide(model: Model, person: number): Pick<ModelMessage, "state" | "heldFor"> {
  // Every order of this model came with a claim of its own, so a claimed consent covers each.
  const { standing } = personOf(model, person);
  if (standing === "withdrawn" || standing === "none") return { state: "blocked" };
  if (model.senderStopped) return { state: "held", heldFor: "sender" };
  return model.approved ? { state: "queued" } : { state: "held", heldFor: "template" };
}

function settle(model: Model): void {
  if (!model.working) return;
  const pending = model.pending;
  model.pending = [];
  for (const one of pending) apply(model, one);
  dispatch(model);
}

function apply(model: Model, pending: Pending): void {
  if ("word" in pending) {
    const person = personOf(model, pending.person);
    if (pending.word === "STOP") person.standing = "withdrawn";
    else if (person.asked) person.standing = "given";
  } else if ("status" in pending) {
    const message = model.messages[pending.message];
    if (message && LADDER.indexOf(message.state) < LADDER.indexOf(pending.status))
      message.state = pending.status;
  } else {
    model.approved = pending.approved;
    if (pending.approved) requeueResolved(model);
  }
}

/** Only what it waited for is gone: another look would find the same again. */
function requeueResolved(model: Model): void {
  const isResolved = { sender: !model.senderStopped, template: model.approved };
  for (const message of model.messages)
    if (message.state === "held" && message.heldFor && isResolved[message.heldFor]) message.state = "queued";
}

function dispatch(model: Model): void {
  const due = model.messages.filter(({ state }) => state === "queued");
  for (const message of due) Object.assign(message, decide(model, message.person));
  // They are claimed together, so all of them learn of a dead token at once.
  for (const message of due) {
    if (message.state !== "queued") continue;
    if (model.tokenDead) {
      message.state = "held";
      message.heldFor = "sender";
      model.senderStopped = true;
    } else {
      message.state = "accepted";
      message.taken = true;
    }
  }
}
