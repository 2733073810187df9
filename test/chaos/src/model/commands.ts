import fc from "fast-check";
import { type Order, orderOf, phoneOf } from "../orders.ts";
import type { EngineUnderTest } from "./engine-under-test.ts";
import { type Model, publish, reconnect, type Status, startWorking, tell } from "./model.ts";

/** The people and orders of one sequence: nobody else's, so that sequences share an engine. */
export type Real = {
  readonly engine: EngineUnderTest;
  readonly firstPerson: number;
  readonly orders: Order[];
  readonly messageIds: string[];
  readonly phones: string[];
  nextOrder(): number;
};

type Command = fc.AsyncCommand<Model, Real>;

export const PEOPLE = 3;

const person = fc.nat({ max: PEOPLE - 1 });
const status = fc.constantFrom<Status>("sent", "delivered", "read", "failed");

const always = () => true;
const nothing = () => undefined;
const hasMessages = (model: Readonly<Model>) => model.messages.length > 0;
/**
 * A worker that starts with a wish or a pause and a send both waiting for it may take either first. Both are right, and the
 * model has one order, so that such a pair is not made.
 */
const mayPublish = ({ working, pending }: Readonly<Model>) =>
  working || pending.every((one) => "status" in one);
const mayChange = ({ working, messages }: Readonly<Model>) =>
  working || messages.every(({ state }) => state !== "queued");

/** What happens all day. */
const often: readonly fc.Arbitrary<Command>[] = [
  person.map((one) =>
    command(
      `publish(${one})`,
      mayPublish,
      (model) => publish(model, one),
      async (real) => {
        const { event, claims } = orderOf(real.nextOrder(), new Date());
        const phone = phoneOf(real.firstPerson + one);
        const recipient = { phone, name: "Canaryfirst", locale: "en" };
        const order: Order = {
          event: { ...event, data: { ...(event["data"] as object), recipient } },
          claims: claims.map((claim) => ({ ...claim, givenBy: { phones: [phone] } })),
        };
        real.orders.push(order);
        real.phones.push(phone);
        real.messageIds.push(await real.engine.publish(order));
      },
    ),
  ),
  fc.nat().map((n) =>
    command(`publishAgain(${n})`, hasMessages, nothing, async (real) => {
      const order = real.orders[n % real.orders.length];
      const before = real.messageIds[n % real.orders.length];
      const again = order && (await real.engine.publish(order));
      if (again !== before) throw new Error(`The same order made another message: ${again}, not ${before}.`);
    }),
  ),
  fc.tuple(fc.nat(), status).map(([n, one]) => statusCommand(n, one)),
  fc.tuple(person, fc.constantFrom("STOP" as const, "START" as const)).map(([one, word]) =>
    command(
      `${word}(${one})`,
      (model) => mayChange(model) && model.people[one]?.asked === true,
      (model) => tell(model, { person: one, word }),
      (real) => real.engine.says(phoneOf(real.firstPerson + one), word),
    ),
  ),
];

/** What a process goes through. Each start takes a second, so that they are one kind among many. */
const life: readonly Command[] = [
  command("restart", always, nothing, (real) => real.engine.restart()),
  command(
    "workerStops",
    (model) => model.working,
    (model) => {
      model.working = false;
    },
    (real) => real.engine.setWorking(false),
  ),
  command(
    "workerStarts",
    (model) => !model.working,
    startWorking,
    (real) => real.engine.setWorking(true),
  ),
];

/** What happens once in a while. */
const seldom: readonly fc.Arbitrary<Command>[] = [
  fc.boolean().map((approved) =>
    command(
      approved ? "templateApproved" : "templatePaused",
      (model) => mayChange(model) && lastApproval(model) !== approved,
      (model) => tell(model, { approved }),
      (real) => real.engine.setApproved(approved),
    ),
  ),
  fc.constant(
    command(
      "tokenExpired",
      (model) => !model.tokenDead,
      (model) => {
        model.tokenDead = true;
      },
      (real) => real.engine.killToken(),
    ),
  ),
  fc.constant(command("reconnect", always, reconnect, (real) => real.engine.reconnect())),
  fc.constantFrom(...life),
];

/** Everything that may happen to the engine, in any order. */
export const commandKinds: fc.Arbitrary<Command>[] = [...often, ...often, ...often, ...seldom];

function statusCommand(n: number, one: Status): Command {
  const indexIn = (model: Model) => {
    const taken = model.messages.flatMap(({ taken }, index) => (taken ? [index] : []));
    return taken[n % taken.length];
  };
  let chosen = 0;
  return command(
    `status(${n}, ${one})`,
    (model) => indexIn(model) !== undefined,
    (model) => {
      chosen = indexIn(model) ?? 0;
      tell(model, { message: chosen, status: one });
    },
    async (real) => {
      await real.engine.report(real.messageIds[chosen] ?? "", real.phones[chosen] ?? "", one);
    },
  );
}

function command(
  name: string,
  check: (model: Readonly<Model>) => boolean,
  inModel: (model: Model) => void,
  inEngine: (real: Real) => Promise<void>,
): Command {
  return {
    check,
    toString: () => name,
    async run(model, real) {
      inModel(model);
      await inEngine(real);
      await compare(model, real, name);
    },
  };
}

/** @throws Error naming the first message that is not as the model says. */
async function compare(model: Model, real: Real, after: string): Promise<void> {
  const found = await real.engine.look(real.messageIds, real.phones);
  for (const [index, { state, taken }] of model.messages.entries()) {
    const actual = found[index];
    const expected = { state, taken: taken ? 1 : 0 };
    if (actual?.state === expected.state && actual.taken === expected.taken) continue;
    throw new Error(
      `After ${after}, message ${index} is ${JSON.stringify(actual)} and should be ${JSON.stringify(expected)}.`,
    );
  }
}

function lastApproval(model: Readonly<Model>): boolean {
  const told = model.pending.findLast((one) => "approved" in one);
  return told && "approved" in told ? told.approved : model.approved;
}
