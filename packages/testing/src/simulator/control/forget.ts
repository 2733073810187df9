import type { Simulation } from "../simulation.ts";

/** Forgets what happened and keeps who there is: apps, numbers, tokens, templates, people, callbacks. */
export function forget(sim: Simulation): void {
  const { world } = sim;
  sim.clock.clear();
  sim.faults.clear();
  sim.throughput.reset();
  sim.requests.clear();
  sim.outbox.log.clear();
  world.accepted.clear();
  world.received.clear();
  Object.assign(world.counts, { accepted: 0, refused: 0, statuses: 0, received: 0, forgotten: 0 });
  for (const waba of world.wabas.values()) waba.templateCreationsMs = [];
  for (const person of world.people.values()) {
    person.thread = [];
    person.waiting = [];
    person.lastWroteMs.clear();
    person.enteredFromAdMs.clear();
    person.heldByAgent.clear();
    person.stoppedMarketing.clear();
    person.phoneIsOn = true;
  }
  sim.changed();
}
