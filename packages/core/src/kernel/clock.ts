/** Where the engine takes the time from. Leases use the database's clock instead, so that a worker's skew cannot steal one. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
