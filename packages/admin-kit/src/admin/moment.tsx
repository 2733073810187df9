import { useAdmin } from "./admin-context.ts";

/** A point in time, short; the complete time with its zone is its title. */
export function Moment({ at, style = "short" }: { at: string; style?: "short" | "time" | "full" }) {
  const { i18n, now } = useAdmin();
  return (
    <time
      style={style === "full" ? undefined : { whiteSpace: "nowrap" }}
      dir="auto"
      dateTime={at}
      title={i18n.times.full(at)}
    >
      {style === "short" ? i18n.times.short(at, now()) : i18n.times[style](at)}
    </time>
  );
}
