import type { UiKitClause } from "./clause.ts";
import { CONTROLS_CONTRACT } from "./controls-contract.tsx";
import { DIALOGS_CONTRACT } from "./dialogs-contract.tsx";
import { SURFACES_CONTRACT } from "./surfaces-contract.tsx";
import { WHOLE_CONTRACT } from "./whole-contract.tsx";

export type { UiKitClause } from "./clause.ts";

/**
 * What every kit must keep, one clause at a time, for any test runner with a document (jsdom, happy-dom, a browser).
 *
 * @example
 * test.each(uiKitContract)("$name", ({ check }) => check(medusaUiKit));
 */
export const uiKitContract: readonly UiKitClause[] = [
  ...SURFACES_CONTRACT,
  ...CONTROLS_CONTRACT,
  ...DIALOGS_CONTRACT,
  ...WHOLE_CONTRACT,
];
