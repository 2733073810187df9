import type { TimelineEntry } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { Moment } from "../admin/moment.tsx";
import { Sentence } from "../admin/sentence.tsx";
import { detailFacts, entryLook, groupByDay } from "./timeline-view.ts";

/** The explain timeline: what happened, oldest first, a list for each day; technical details open on demand. */
export function TimelineList({ entries }: { entries: readonly TimelineEntry[] }) {
  const { kit, i18n, now } = useAdmin();
  const { t } = i18n;
  if (entries.length === 0) return <kit.Text tone="muted">{t("timeline.none")}</kit.Text>;
  return (
    <kit.Stack>
      {groupByDay(i18n, entries, now()).map(({ key, label, entries: ofDay }) => (
        <kit.Stack key={key}>
          <kit.Heading level={3}>{label}</kit.Heading>
          <kit.Timeline
            label={t("timeline.on", { day: label })}
            items={ofDay.map((entry, position) => ({
              // Entries have no id; the list only ever grows at its end, so the place of one is its name.
              key: `${position}`,
              ...entryLook(entry),
              sentence: <Sentence>{entry.sentence}</Sentence>,
              time: <Moment at={entry.at} style="time" />,
              children: <EntryDetail detail={entry.detail} />,
            }))}
          />
        </kit.Stack>
      ))}
    </kit.Stack>
  );
}

function EntryDetail({ detail }: { detail: TimelineEntry["detail"] }) {
  const { kit, i18n } = useAdmin();
  const facts = detailFacts(i18n, detail);
  if (facts.length === 0) return null;
  return (
    <kit.Disclosure summary={i18n.t("timeline.details")}>
      <kit.Facts facts={facts.map(({ term, value }) => ({ term, value: <kit.Code>{value}</kit.Code> }))} />
    </kit.Disclosure>
  );
}
