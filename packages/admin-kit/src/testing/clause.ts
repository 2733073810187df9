import { screen, waitFor, within } from "@testing-library/dom";
import { type UserEvent, userEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import type { UiKit } from "../ui-kit/ui-kit.ts";
import { type Mounted, mount } from "./mount.tsx";

/** One promise of the {@link UiKit} contract. `check` rejects, with what is wrong, where a kit does not keep it. */
export interface UiKitClause {
  readonly name: string;
  check(kit: UiKit): Promise<void>;
}

/** What a clause works with: the kit under test, its page, a person at the keyboard. */
export interface Trial {
  readonly kit: UiKit;
  readonly user: UserEvent;
  show(element: ReactNode, locale?: string): Mounted;
}

/** A clause that leaves the document as it found it. */
export function clause(name: string, run: (trial: Trial) => Promise<void>): UiKitClause {
  return {
    name,
    async check(kit) {
      const mounted: Mounted[] = [];
      const show: Trial["show"] = (element, locale) => {
        const one = mount(kit, element, locale);
        mounted.push(one);
        return one;
      };
      try {
        await run({ kit, user: userEvent.setup(), show });
      } finally {
        for (const one of mounted) one.unmount();
      }
    },
  };
}

/** A busy machine's moment. */
const SOON_MS = 5_000;

/** Says what a kit does wrong. */
export function must(holds: boolean, wrong: string): asserts holds {
  if (!holds) throw new Error(wrong);
}

/** Like `must`, for what an effect or a transition brings about a moment later. */
export async function mustSoon(holds: () => boolean, wrong: string): Promise<void> {
  await waitFor(() => must(holds(), wrong), { timeout: SOON_MS });
}

/** How often a callback was called, and with what. */
export function recorder<A extends unknown[]>() {
  const calls: A[] = [];
  return { calls, times: () => calls.length, record: (...args: A): void => void calls.push(args) };
}

/** The text that `aria-describedby` points at, of all its parts together. */
export function descriptionOf(element: Element): string {
  const ids = element.getAttribute("aria-describedby")?.split(/\s+/) ?? [];
  return ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
}

export function isFocused(element: Element): boolean {
  return document.activeElement === element;
}

/** Presses Tab until the focus is on the element: what the keyboard does not reach, it cannot operate. */
export async function tabTo(user: UserEvent, element: Element): Promise<void> {
  const STEPS_MAX = 20;
  for (let step = 0; step < STEPS_MAX && !isFocused(element); step++) await user.tab();
  must(isFocused(element), "The Tab key does not reach it.");
}

export { screen, within };
