/** What goes wrong between a platform and the engine, as the page of connections tells it. */
export const PROBLEMS = {
  bad_signature:
    "A delivery was signed with another secret. Compare the webhook's secret at the platform, or rotate it.",
  malformed: "A well-signed delivery could not be read. Look at the webhook's format at the platform.",
  not_readable: "What a delivery tells of could not be read at the platform. It is tried again.",
  not_an_event: "What was read at the platform does not make an event: a field that has to be there is not.",
  parked: "What a delivery tells of could not be read for too long, and waits for a person: retry it.",
  not_taken_while_paused:
    "A delivery came while the connection was paused, and this platform cannot be asked again.",
  platform_unavailable: "The platform could not be reached. It is tried again.",
  platform_refused: "The platform refused to be read. Look at its address and at the credentials.",
  settings_not_valid: "The stored settings do not fit this version of the connector. Save them again.",
  poll_behind:
    "More has changed at the platform at one moment than one look can read. What is behind it is not seen.",
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export interface Problem {
  readonly code: ProblemCode;
  readonly at: Date;
}
