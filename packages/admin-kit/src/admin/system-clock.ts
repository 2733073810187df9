/** The only place where the pages read the time; everything else is given it. */
export function systemClock(): Date {
  return new Date();
}
