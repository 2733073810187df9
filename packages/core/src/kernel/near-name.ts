/** The name that was probably meant: at most two letters away, or a third of a long one. Undefined where none is near. */
export function nearName(given: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((name) => ({ name, away: distance(given.toLowerCase(), name.toLowerCase()) }))
    .toSorted((one, other) => one.away - other.away);
  const most = Math.max(2, Math.floor(given.length / 3));
  return nearest && nearest.away <= most ? nearest.name : undefined;
}

/** A sentence to put behind "There is no …"; empty where nothing is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  const near = nearName(given, known);
  return near === undefined ? "" : ` Did you mean "${near}"?`;
}

/** Letters to add, leave out, change, or swap with their neighbour. */
function distance(one: string, other: string): number {
  const rows = Array.from({ length: one.length + 1 }, (_, row) =>
    Array.from({ length: other.length + 1 }, (_, column) => (row === 0 ? column : column === 0 ? row : 0)),
  );
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= one.length; row++) {
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1] ? 0 : 1;
      let least = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + same);
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && isSwapped) least = Math.min(least, at(row - 2, column - 2) + 1);
      (rows[row] as number[])[column] = least;
    }
  }
  return at(one.length, other.length);
}
