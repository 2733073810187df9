import { WebxkeyError } from "./errors.ts";
import { isUuid } from "./ids.ts";

/** Where a page of a list ends: the last row's time and id. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

export function writeCursor({ at, id }: Cursor): string {
  return Buffer.from(`${at.toISOString()} ${id}`).toString("base64url");
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** @throws WebxkeyError `invalid_input` for a cursor that this API did not give. */
export function readCursor(cursor: string): Cursor {
  const [time = "", id = "", ...more] = Buffer.from(cursor, "base64url").toString().split(" ");
  const at = new Date(TIME.test(time) ? time : Number.NaN);
  if (Number.isNaN(at.getTime()) || !isUuid(id) || more.length > 0) {
    const detail = "Use the next_cursor of the page before, unchanged, or leave it out.";
    throw new WebxkeyError("invalid_input", { detail, fields: [{ pointer: "/cursor", detail }] });
  }
  return { at, id };
}
