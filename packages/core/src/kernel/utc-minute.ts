/** `2026-12-01 10:00 UTC`, for a sentence whose reader's time zone is not known. */
export function utcMinute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
