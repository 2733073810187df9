const PAGE_ROWS = 200;
/** Pages of one walk; a longer history goes on in the next. */
const PAGES_MAX = 50;

export interface Walk<Row> {
  readonly from: Date;
  readonly until: Date;
  /** Rows that changed in this span, ends included, oldest change first, and always in the same order. */
  page(of: {
    readonly from: Date;
    readonly until: Date;
    readonly skip: number;
    readonly take: number;
  }): Promise<Row[]>;
  changedAt(row: Row): Date;
  seen(rows: readonly Row[]): Promise<void>;
  /** Everything up to here was seen. Kept by the caller, who starts the next walk from it. */
  reached(at: Date): Promise<void>;
}

/** Goes through what changed, by the time of the change and not by a growing offset: rows that change meanwhile move behind. */
export async function walkChanges<Row>(walk: Walk<Row>): Promise<void> {
  const { until, changedAt } = walk;
  let { from } = walk;
  let skip = 0;
  for (let count = 0; count < PAGES_MAX && from < until; count++) {
    const rows = await walk.page({ from, until, skip, take: PAGE_ROWS });
    await walk.seen(rows);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return await walk.reached(until);
    // On from the last row's time; rows of that very time were seen already.
    const at = changedAt(last);
    const ofThatTime = rows.filter((row) => changedAt(row).getTime() === at.getTime()).length;
    skip = at.getTime() === from.getTime() ? skip + ofThatTime : ofThatTime;
    from = at;
    await walk.reached(from);
  }
}
