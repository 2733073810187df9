import type { UiKit } from "../ui-kit/ui-kit.ts";
import { clause, isFocused, must, mustSoon, recorder, screen, tabTo, within } from "./clause.ts";

/** What is shown: pages, sections, tables, lists. */
export const SURFACES_CONTRACT = [
  clause("Root says which language and direction its content has", async ({ show }) => {
    show(<p data-testid="content" />, "ar");
    const content = screen.getByTestId("content");
    must(content.closest("[lang]")?.getAttribute("lang") === "ar", "No `lang` around the content.");
    must(content.closest("[dir]")?.getAttribute("dir") === "rtl", "No `dir` around the content.");
  }),

  clause("Page has its title as the heading of level 1, and its description", async ({ kit, show }) => {
    show(
      <kit.Page title="Messages" description="All of them">
        <p>Content</p>
      </kit.Page>,
    );
    screen.getByRole("heading", { level: 1, name: "Messages" });
    screen.getByText("All of them");
    screen.getByText("Content");
  }),

  clause(
    "Page gives its title the focus when asked to, at first or later, and only then",
    async ({ kit, show }) => {
      const page = (takeFocus: boolean) => (
        <kit.Page title="Messages" takeFocus={takeFocus}>
          {null}
        </kit.Page>
      );
      const mounted = show(page(false));
      const title = screen.getByRole("heading", { level: 1 });
      must(!isFocused(title), "It takes the focus without being asked.");
      mounted.show(page(true));
      await mustSoon(() => isFocused(title), "It does not take the focus when `takeFocus` becomes true.");
      mounted.unmount();
      show(page(true));
      await mustSoon(
        () => isFocused(screen.getByRole("heading", { level: 1 })),
        "It does not take the focus at first.",
      );
    },
  ),

  clause("Page offers the way back to the keyboard", async ({ kit, show, user }) => {
    const { calls, record } = recorder<[]>();
    show(
      <kit.Page title="One" back={{ label: "All messages", onSelect: record }}>
        {null}
      </kit.Page>,
    );
    await tabTo(
      user,
      screen.getByText("All messages").closest("a, button") ?? screen.getByText("All messages"),
    );
    await user.keyboard("{Enter}");
    must(calls.length === 1, `Enter on the way back called it ${calls.length} times.`);
  }),

  clause("Section is a region named by its heading of level 2", async ({ kit, show }) => {
    show(
      <kit.Section title="Rules" description="What to send" actions={<button type="button">Add</button>}>
        <p>Content</p>
      </kit.Section>,
    );
    const region = within(screen.getByRole("region", { name: "Rules" }));
    region.getByRole("heading", { level: 2, name: "Rules" });
    region.getByText("What to send");
    region.getByRole("button", { name: "Add" });
    region.getByText("Content");
  }),

  clause("Heading has the level it is given", async ({ kit, show }) => {
    show(
      <>
        <kit.Heading level={3}>Three</kit.Heading>
        <kit.Heading level={4}>Four</kit.Heading>
      </>,
    );
    screen.getByRole("heading", { level: 3, name: "Three" });
    screen.getByRole("heading", { level: 4, name: "Four" });
  }),

  clause("Stack, Text and Badge show their content, in every tone", async ({ kit, show }) => {
    const tones = ["neutral", "info", "success", "warning", "danger"] as const;
    show(
      <kit.Stack direction="row">
        <kit.Text tone="muted">Quiet</kit.Text>
        {tones.map((tone) => (
          <kit.Badge key={tone} tone={tone}>
            {tone}
          </kit.Badge>
        ))}
      </kit.Stack>,
    );
    for (const text of ["Quiet", ...tones]) screen.getByText(text);
  }),

  clause("Code runs from left to right in every language", async ({ kit, show }) => {
    show(<kit.Code>+1*******34</kit.Code>, "ar");
    const code = screen.getByText("+1*******34");
    must(
      code.closest("[dir]")?.getAttribute("dir") === "ltr",
      "It takes the direction of the text around it.",
    );
  }),

  clause("Facts is a description list", async ({ kit, show }) => {
    show(<kit.Facts facts={[{ term: "State", value: <b>Held</b> }]} />);
    must(screen.getByText("State").closest("dl dt") !== null, "A term is no `dt` of a `dl`.");
    must(screen.getByText("Held").closest("dl dd") !== null, "A value is no `dd` of a `dl`.");
  }),

  clause("Table is named by its caption; its first column heads the row", async ({ kit, show }) => {
    show(
      <kit.Table
        caption="All messages"
        columns={[
          { key: "about", label: "About" },
          { key: "state", label: "State" },
        ]}
        rows={[{ key: "1", cells: { about: "Order 1", state: "Held" } }]}
      />,
    );
    const table = within(screen.getByRole("table", { name: "All messages" }));
    table.getByRole("columnheader", { name: "About" });
    table.getByRole("columnheader", { name: "State" });
    must(table.getByText("Order 1").closest("th") !== null, "The first cell of a row is no row header.");
    must(table.getByText("Held").closest("td") !== null, "The second cell of a row is no cell.");
  }),

  clause("Alert speaks up at once only when it is urgent", async ({ kit, show }) => {
    const alert = (urgent: boolean) => (
      <kit.Alert
        tone="danger"
        title="It failed"
        urgent={urgent}
        actions={<button type="button">Again</button>}
      >
        Because
      </kit.Alert>
    );
    const mounted = show(alert(false));
    screen.getByText("It failed");
    screen.getByText("Because");
    screen.getByRole("button", { name: "Again" });
    must(screen.queryByRole("alert") === null, "It has the role `alert` without being urgent.");
    mounted.show(alert(true));
    within(screen.getByRole("alert")).getByText("It failed");
  }),

  clause("Loading is a status with a name", async ({ kit, show }) => {
    show(<kit.Loading label="Loading messages" />);
    screen.getByRole("status", { name: "Loading messages" });
  }),

  clause("Empty shows what to do", async ({ kit, show }) => {
    show(
      <kit.Empty title="Nothing yet" action={<button type="button">Begin</button>}>
        Connect a sender
      </kit.Empty>,
    );
    screen.getByText("Nothing yet");
    screen.getByText("Connect a sender");
    screen.getByRole("button", { name: "Begin" });
  }),

  clause("Timeline is a list in order, named", async ({ kit, show }) => {
    const item = (n: number) => ({
      key: `${n}`,
      icon: "status" as const,
      tone: "info" as const,
      sentence: `Sentence ${n}`,
      time: `Time ${n}`,
      children: <p>{`More ${n}`}</p>,
    });
    show(<kit.Timeline label="What happened" items={[item(1), item(2)]} />);
    const items = within(screen.getByRole("list", { name: "What happened" })).getAllByRole("listitem");
    must(items.length === 2, `Two entries make ${items.length} items.`);
    items.forEach((element, position) => {
      for (const word of ["Sentence", "Time", "More"])
        must(element.textContent?.includes(`${word} ${position + 1}`) ?? false, `An item lacks its ${word}.`);
    });
  }),

  clause("useNotify announces politely and leaves the focus where it is", async ({ kit, show, user }) => {
    show(<Teller kit={kit} />);
    const button = screen.getByRole("button", { name: "Do it" });
    await tabTo(user, button);
    await user.keyboard("{Enter}");
    const notice = await screen.findByText("It is done");
    must(
      notice.closest("[role=status], [role=log], [aria-live=polite]") !== null,
      "It is in no live region.",
    );
    must(isFocused(button), "It takes the focus.");
  }),

  clause("a notice is closed by its button, before its time", async ({ kit, show, user }) => {
    show(<Teller kit={kit} />);
    await user.click(screen.getByRole("button", { name: "Do it" }));
    await screen.findByText("It is done");
    await user.click(screen.getByRole("button", { name: "Close" }));
    must(screen.queryByText("It is done") === null, "It stays.");
  }),
];

function Teller({ kit }: { kit: UiKit }) {
  const notify = kit.useNotify();
  return (
    <button type="button" onClick={() => notify({ tone: "success", text: "It is done" })}>
      Do it
    </button>
  );
}
