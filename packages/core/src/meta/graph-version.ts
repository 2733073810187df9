/**
 * The Graph API version that is called unless configured otherwise. Of the two versions current when this was chosen,
 * v25.0 is the one whose end is known and which Meta's own samples print; v26.0 brings nothing this engine uses.
 * A pinned version matters because a call without one gets the newest, and a call with an expired one silently the
 * oldest that lives: the `facebook-api-version` header of an answer tells which.
 *
 * The version of incoming webhooks is not this one: it is set on the app's webhook subscription.
 */
export const GRAPH_VERSION_DEFAULT = "v25.0";

/** The day a version stops working, as Meta's changelog lists it: https://developers.facebook.com/docs/graph-api/changelog/versions */
const ENDS_ON: Readonly<Record<string, string>> = {
  "v21.0": "2027-01-21",
  "v22.0": "2027-05-20",
  "v23.0": "2027-10-08",
  "v24.0": "2028-02-18",
  "v25.0": "2028-07-29",
};

/** ISO date on which `version` stops working, where it is known. */
export function graphVersionEnd(version: string): string | undefined {
  return ENDS_ON[version];
}

export function isGraphVersion(version: string): boolean {
  return /^v[1-9]\d?\.\d$/.test(version);
}
