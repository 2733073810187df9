/** Something the simulator was asked for and cannot do. The message says what is wrong and what to do. */
export class SimulatorError extends Error {
  override name = "SimulatorError";
  /** The HTTP status under which the control API says it. */
  readonly status: 400 | 404 | 409;
  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}
