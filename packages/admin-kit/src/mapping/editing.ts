import type { Content, ContentAttribute } from "./mapping.ts";
import type { MappingForm } from "./mapping-form.ts";

/** What every part of the form is given. */
export interface Editing {
  readonly form: MappingForm;
  readonly content: Content;
  /** Of the chosen content type; none while nothing is chosen, or where what was is gone. */
  readonly attributes: readonly ContentAttribute[];
  /** What is wrong at a pointer into the mapping. */
  wrongAt(pointer: string): string | undefined;
  /** Changes the form; what was wrong at the place, and inside it, is forgotten until it is looked at again. */
  edit(place: string, change: (before: MappingForm) => MappingForm): void;
}
