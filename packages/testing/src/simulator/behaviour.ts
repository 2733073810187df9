/**
 * How sure we are of each thing the simulator does. `documented`: Meta's pages say so. `observed`: seen in real
 * answers that were made public. `assumed`: our reading, or a rule of the simulator itself. The code marks the
 * place of each with a comment `behaviour: id`, and a test holds table and marks together.
 */
export type Basis = "documented" | "observed" | "assumed";

export interface Behaviour {
  basis: Basis;
  says: string;
  source: string;
}
