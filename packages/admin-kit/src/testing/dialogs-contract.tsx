import { clause, descriptionOf, isFocused, must, mustSoon, recorder, screen, tabTo } from "./clause.ts";

/** What opens and closes. */
export const DIALOGS_CONTRACT = [
  clause(
    "Confirm is a dialog with a name and a description that takes the focus and gives it back",
    async (trial) => {
      const { kit, show, user } = trial;
      const page = (open: boolean) => (
        <>
          <button type="button">Opener</button>
          <kit.Confirm {...CONFIRM} open={open} onConfirm={() => {}} onCancel={() => {}}>
            Only events from now on
          </kit.Confirm>
        </>
      );
      const mounted = show(page(false));
      must(dialog() === null, "It is there although it is closed.");
      const opener = screen.getByRole("button", { name: "Opener" });
      await tabTo(user, opener);
      mounted.show(page(true));
      await mustSoon(() => dialog()?.contains(document.activeElement) ?? false, "The focus does not go in.");
      const opened = dialog();
      must(opened !== null && nameOf(opened) === "Turn it on?", "It is not named by its title.");
      must(descriptionOf(opened).includes("Only events from now on"), "It is not described by its text.");
      mounted.show(page(false));
      await mustSoon(() => dialog() === null, "It does not close.");
      await mustSoon(() => isFocused(opener), "The focus does not return to where it was.");
    },
  ),

  clause(
    "Confirm gives the focus to the section around it where what opened it is gone",
    async ({ kit, show, user }) => {
      const page = (open: boolean, isDecided = false) => (
        <kit.Section title="Needs you">
          {isDecided ? <p>Nothing is left to decide.</p> : <button type="button">Opener</button>}
          <kit.Confirm {...CONFIRM} open={open} onConfirm={() => {}} onCancel={() => {}}>
            Really
          </kit.Confirm>
        </kit.Section>
      );
      const mounted = show(page(false));
      await tabTo(user, screen.getByRole("button", { name: "Opener" }));
      mounted.show(page(true));
      await mustSoon(() => dialog()?.contains(document.activeElement) ?? false, "The focus does not go in.");
      mounted.show(page(true, true));
      mounted.show(page(false, true));
      await mustSoon(
        () => isFocused(screen.getByRole("region", { name: "Needs you" })),
        "The focus is lost with what had it.",
      );
    },
  ),

  clause(
    "Confirm has two ways out; Escape is the way back, and it closes only when told",
    async ({ kit, show, user }) => {
      const confirmed = recorder<[]>();
      const cancelled = recorder<[]>();
      show(
        <kit.Confirm {...CONFIRM} open danger onConfirm={confirmed.record} onCancel={cancelled.record}>
          Really
        </kit.Confirm>,
      );
      await mustSoon(() => dialog() !== null, "It does not open.");
      await user.click(screen.getByRole("button", { name: "Turn on" }));
      must(confirmed.times() === 1 && cancelled.times() === 0, "The confirming button must confirm, once.");
      await user.click(screen.getByRole("button", { name: "Go back" }));
      must(cancelled.times() === 1 && confirmed.times() === 1, "The other button must cancel, once.");
      await user.keyboard("{Escape}");
      must(cancelled.times() === 2 && confirmed.times() === 1, "Escape must cancel, once.");
      must(dialog() !== null, "It closes by itself.");
    },
  ),

  clause("Confirm has the language and the direction of the page, wherever it is drawn", async (trial) => {
    const { kit, show } = trial;
    show(
      <kit.Confirm {...CONFIRM} open onConfirm={() => {}} onCancel={() => {}}>
        Really
      </kit.Confirm>,
      "ar",
    );
    await mustSoon(() => dialog() !== null, "It does not open.");
    must(dialog()?.closest("[lang]")?.getAttribute("lang") === "ar", "No `lang` around it.");
    must(dialog()?.closest("[dir]")?.getAttribute("dir") === "rtl", "No `dir` around it.");
  }),

  clause("Confirm that is busy cannot be confirmed twice", async ({ kit, show, user }) => {
    const { calls, record } = recorder<[]>();
    show(
      <kit.Confirm {...CONFIRM} open busy onConfirm={record} onCancel={() => {}}>
        Really
      </kit.Confirm>,
    );
    await mustSoon(() => dialog() !== null, "It does not open.");
    await user.click(screen.getByRole("button", { name: /Turn on/ }));
    must(calls.length === 0, "It can be confirmed while it is busy.");
  }),

  clause("Disclosure is closed at first and opens from the keyboard's reach", async ({ kit, show, user }) => {
    show(
      <kit.Disclosure summary="Details">
        <p>Attempt 1</p>
      </kit.Disclosure>,
    );
    const control =
      screen.getByText("Details").closest<HTMLElement>("summary, button") ?? screen.getByRole("button");
    must(!isOpen(control), "It is open at first.");
    await tabTo(user, control);
    await user.click(control);
    await mustSoon(() => isOpen(control) && screen.queryByText("Attempt 1") !== null, "It does not open.");
  }),
];

const CONFIRM = { title: "Turn it on?", confirmLabel: "Turn on", cancelLabel: "Go back" } as const;

function dialog(): HTMLElement | null {
  return screen.queryByRole("dialog") ?? screen.queryByRole("alertdialog");
}

function nameOf(element: HTMLElement): string {
  const labelledBy = document.getElementById(element.getAttribute("aria-labelledby") ?? "");
  return labelledBy?.textContent ?? element.getAttribute("aria-label") ?? "";
}

function isOpen(control: HTMLElement): boolean {
  return control.closest("details")?.open ?? control.getAttribute("aria-expanded") === "true";
}
