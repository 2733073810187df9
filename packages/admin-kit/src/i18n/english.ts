import { MAPPING } from "./english/mapping.ts";
import { MESSAGES } from "./english/messages.ts";
import { ORDER } from "./english/order.ts";
import { PAGES } from "./english/pages.ts";
import { PEOPLE } from "./english/people.ts";
import { SETTINGS } from "./english/settings.ts";
import { WORDS } from "./english/words.ts";
import type { Plural } from "./plural.ts";

/**
 * Every text of the pages, by the page that shows it. `{name}` is a parameter; a text with `count` has one form for each plural
 * category. Sentences that the server writes (reasons, timeline entries, fixes) are not here: they are shown as they come.
 */
export const ENGLISH = {
  ...PAGES,
  ...SETTINGS,
  ...PEOPLE,
  ...MAPPING,
  ...MESSAGES,
  ...ORDER,
  ...WORDS,
} as const satisfies Record<string, string | Plural>;
