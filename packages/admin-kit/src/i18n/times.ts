/** How long ago "today" and "yesterday" are words; everything is formatted for one locale and one time zone. */
export interface Times {
  /** `14:32:07`, beside the day that a timeline names. */
  time(at: string): string;
  /** `23 Nov, 14:32` this year, `23 Nov 2024, 14:32` else. */
  short(at: string, now: Date): string;
  /** Complete, with the zone: `23 November 2025 at 14:32:07 CET`. */
  full(at: string): string;
  /** A calendar day: `Sunday, 23 November 2025`. */
  day(at: string): string;
  /** The calendar day in the viewer's zone as `2025-11-23`, for grouping; `daysAgo` counts back from `now`'s. */
  dayKey(at: string): string;
  daysAgo(at: string, now: Date): number;
}

const DAY_MS = 86_400_000;

/** Formats RFC 3339 times. `timeZone` is an IANA name; absent, it is the viewer's own. */
export function createTimes(locale: string, timeZone?: string): Times {
  const format = (options: Intl.DateTimeFormatOptions, language = locale) => {
    const formatter = new Intl.DateTimeFormat(language, { ...options, timeZone });
    return (at: string | Date) => formatter.format(new Date(at));
  };
  const time = format({ hour: "numeric", minute: "2-digit", second: "2-digit" });
  const thisYear = format({ day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
  const anyYear = format({
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
  });
  // Swedish writes calendar days as ISO 8601 does.
  const dayKey = format({ year: "numeric", month: "2-digit", day: "2-digit" }, "sv-SE");
  return {
    time,
    short(at, now) {
      return dayKey(at).slice(0, 4) === dayKey(now).slice(0, 4) ? thisYear(at) : anyYear(at);
    },
    full: format({
      day: "numeric",
      month: "long",
      year: "numeric",
      hour: "numeric",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "short",
    }),
    day: format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    dayKey,
    daysAgo: (at, now) =>
      Math.round((Date.parse(dayKey(now.toISOString())) - Date.parse(dayKey(at))) / DAY_MS),
  };
}
