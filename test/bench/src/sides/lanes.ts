/** Runs so many calls with so many of them under way at once. */
export async function inLanes(
  { from, count, atOnce }: { readonly from: number; readonly count: number; readonly atOnce: number },
  call: (n: number) => Promise<unknown>,
): Promise<void> {
  let next = from;
  const lane = async () => {
    while (next < from + count) await call(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
}
