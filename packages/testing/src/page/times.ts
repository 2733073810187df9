const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const precise = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

/** `13:05`; with seconds `13:05:09`; the day in words. All in the time zone of the browser. */
export const timeOf = (ms: number): string => clock.format(ms);
export const secondOf = (ms: number): string => precise.format(ms);
export const dayOf = (ms: number): string => day.format(ms);
