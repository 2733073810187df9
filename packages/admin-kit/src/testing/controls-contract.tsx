import { clause, descriptionOf, must, recorder, screen, type Trial, tabTo } from "./clause.ts";

const REASON = "Your role does not allow this.";

/** What is operated: links, buttons, fields, dialogs. */
export const CONTROLS_CONTRACT = [
  clause("Link with an address is a link; a plain click stays on the page", async ({ kit, show, user }) => {
    const { calls, record } = recorder<[]>();
    show(
      <kit.Link href="#message/1" onSelect={record}>
        Order 1
      </kit.Link>,
    );
    const link = screen.getByRole("link", { name: "Order 1" });
    must(link.getAttribute("href") === "#message/1", "It has no address to open elsewhere.");
    const went = recorder<[boolean]>();
    const watch = (event: Event) => {
      went.record(!event.defaultPrevented);
      event.preventDefault();
    };
    document.addEventListener("click", watch);
    try {
      await user.click(link);
      must(
        calls.length === 1 && went.calls[0]?.[0] === false,
        "A plain click must call `onSelect` and go nowhere.",
      );
      await user.keyboard("{Control>}");
      await user.click(link);
      await user.keyboard("{/Control}");
      must(calls.length === 1 && went.calls[1]?.[0] === true, "A click with Control belongs to the browser.");
    } finally {
      document.removeEventListener("click", watch);
    }
  }),

  clause("Link without an address is operated with the keyboard", async ({ kit, show, user }) => {
    const { calls, record } = recorder<[]>();
    show(<kit.Link onSelect={record}>Order 1</kit.Link>);
    const link =
      screen.queryByRole("link", { name: "Order 1" }) ?? screen.getByRole("button", { name: "Order 1" });
    await tabTo(user, link);
    await user.keyboard("{Enter}");
    must(calls.length === 1, `Enter called it ${calls.length} times.`);
  }),

  clause("Button is operated with Enter and with Space, in every variant", async ({ kit, show, user }) => {
    for (const variant of ["primary", "secondary", "danger"] as const) {
      const { calls, record } = recorder<[]>();
      const mounted = show(
        <kit.Button variant={variant} onSelect={record}>
          Check
        </kit.Button>,
      );
      await tabTo(user, screen.getByRole("button", { name: "Check" }));
      await user.keyboard("{Enter}");
      await user.keyboard(" ");
      must(calls.length === 2, `Enter and Space on a ${variant} button called it ${calls.length} times.`);
      mounted.unmount();
    }
  }),

  clause("Button that is busy says so and does nothing", async ({ kit, show, user }) => {
    const { calls, record } = recorder<[]>();
    show(
      <kit.Button busy onSelect={record}>
        Check
      </kit.Button>,
    );
    const button = screen.getByRole("button", { name: /Check/ });
    must(button.getAttribute("aria-busy") === "true", "It is not `aria-busy`.");
    await user.click(button);
    must(calls.length === 0, "It can be pressed again.");
  }),

  clause(
    "Button that is unavailable can be reached, says why and does nothing",
    async ({ kit, show, user }) => {
      const { calls, record } = recorder<[]>();
      show(
        <kit.Button unavailable={REASON} onSelect={record}>
          Check
        </kit.Button>,
      );
      await mustExplain(user, screen.getByRole("button", { name: "Check" }));
      await user.keyboard("{Enter}");
      must(calls.length === 0, "It works all the same.");
    },
  ),

  clause("Button submits a form only as a submit button that works", async ({ kit, show, user }) => {
    const { calls, record } = recorder<[]>();
    const press = async (button: "button" | "submit", props: { busy?: boolean; unavailable?: string }) => {
      const mounted = show(
        <form
          onSubmit={(event) => {
            event.preventDefault();
            record();
          }}
        >
          <kit.Button type={button} {...props}>
            Connect
          </kit.Button>
        </form>,
      );
      await user.click(screen.getByRole("button", { name: /Connect/ }));
      mounted.unmount();
      return calls.length;
    };
    must((await press("button", {})) === 0, "A plain button submits the form.");
    must((await press("submit", { busy: true })) === 0, "A busy button submits the form.");
    must((await press("submit", { unavailable: REASON })) === 0, "An unavailable button submits the form.");
    must((await press("submit", {})) === 1, "A submit button does not submit the form.");
  }),

  clause("TextField is labelled, described and typed into", async ({ kit, show, user }) => {
    await mustBeField({ kit, show, user }, "TextField");
  }),

  clause(
    "SecretField is a field that neither shows nor fills in what it holds",
    async ({ kit, show, user }) => {
      await mustBeField({ kit, show, user }, "SecretField");
      show(<kit.SecretField label="Secret" value="s" onChange={() => {}} />);
      const input = screen.getByLabelText("Secret");
      must(input.getAttribute("type") === "password", "It shows what is typed.");
      must(
        ["off", "new-password"].includes(input.getAttribute("autocomplete") ?? ""),
        "It lets the browser fill in a password.",
      );
    },
  ),

  clause(
    "Switch asks for the other state with the keyboard and shows only what it is given",
    async (trial) => {
      const { kit, show, user } = trial;
      for (const checked of [false, true]) {
        const { calls, record } = recorder<[boolean]>();
        const mounted = show(
          <kit.Switch label="Order placed" hideLabel checked={checked} onChange={record} />,
        );
        const control = switchNamed("Order placed");
        await tabTo(user, control);
        await user.keyboard(" ");
        must(calls.length === 1 && calls[0]?.[0] === !checked, "Space must ask for the other state, once.");
        must(isChecked(control) === checked, "It changes before the page says so.");
        mounted.unmount();
      }
    },
  ),

  clause("Switch that is busy or unavailable does nothing, and says why", async ({ kit, show, user }) => {
    const { calls, record } = recorder<[boolean]>();
    const mounted = show(
      <kit.Switch label="Order placed" checked={false} unavailable={REASON} onChange={record} />,
    );
    await mustExplain(user, switchNamed("Order placed"));
    await user.keyboard(" ");
    mounted.show(<kit.Switch label="Order placed" checked={false} busy onChange={record} />);
    must(switchNamed("Order placed").getAttribute("aria-busy") === "true", "A busy one is not `aria-busy`.");
    await user.click(switchNamed("Order placed"));
    must(calls.length === 0, "It works all the same.");
  }),

  clause(
    "Select is named, shows its value, and is changed with the keyboard",
    async ({ kit, show, user }) => {
      const { calls, record } = recorder<[string]>();
      show(<kit.Select label="State" hideLabel value="all" options={OPTIONS} onChange={record} />);
      const select = screen.getByRole("combobox", { name: "State" });
      must(shownBy(select).includes("All states"), "It does not show the label of its value.");
      await tabTo(user, select);
      if (select instanceof HTMLSelectElement) {
        await user.selectOptions(select, "held");
      } else {
        await user.keyboard("{Enter}");
        await screen.findByRole("option", { name: "Held" });
        for (let step = 0; step < OPTIONS.length && !isOnOption("Held"); step++)
          await user.keyboard("{ArrowDown}");
        await user.keyboard("{Enter}");
      }
      must(calls.length === 1 && calls[0]?.[0] === "held", `It asked for ${JSON.stringify(calls)}.`);
    },
  ),

  clause(
    "Select that is unavailable can be reached, says why and changes nothing",
    async ({ kit, show, user }) => {
      const { calls, record } = recorder<[string]>();
      show(<kit.Select label="State" value="all" options={OPTIONS} unavailable={REASON} onChange={record} />);
      const select = screen.getByRole("combobox", { name: "State" });
      await mustExplain(user, select);
      if (select instanceof HTMLSelectElement) await user.selectOptions(select, "held");
      else await user.keyboard("{Enter}{ArrowDown}{Enter}");
      must(calls.length === 0, "It can be changed all the same.");
    },
  ),

  clause("Select says how to choose, and what is wrong with the choice", async ({ kit, show }) => {
    const select = (error?: string) => (
      <kit.Select
        label="State"
        description="One of both"
        error={error}
        value="all"
        options={OPTIONS}
        onChange={() => {}}
      />
    );
    const mounted = show(select());
    const box = () => screen.getByRole("combobox", { name: "State" });
    must(descriptionOf(box()).includes("One of both"), "Its description is not its accessible description.");
    must(box().getAttribute("aria-invalid") !== "true", "It is `aria-invalid` without an error.");
    mounted.show(select("Choose another"));
    must(box().getAttribute("aria-invalid") === "true", "It is not `aria-invalid` with an error.");
    must(
      descriptionOf(box()).includes("Choose another"),
      "Its error is not part of its accessible description.",
    );
    must(descriptionOf(box()).includes("One of both"), "With an error its description is lost.");
  }),
];

const OPTIONS = [
  { value: "all", label: "All states" },
  { value: "held", label: "Held" },
];

async function mustExplain(user: Trial["user"], control: Element): Promise<void> {
  await tabTo(user, control);
  must(control.getAttribute("aria-disabled") === "true", "It is not `aria-disabled`.");
  must(descriptionOf(control).includes(REASON), "Its accessible description is not the reason.");
}

async function mustBeField({ kit, show, user }: Trial, name: "TextField" | "SecretField"): Promise<void> {
  const Field = kit[name];
  const { calls, record } = recorder<[string]>();
  const mounted = show(<Field label="App id" description="Digits only" value="" onChange={record} />);
  const input = () => screen.getByLabelText(/^App id/);
  must(descriptionOf(input()).includes("Digits only"), "Its description is not its accessible description.");
  must(input().getAttribute("aria-invalid") !== "true", "It is `aria-invalid` without an error.");
  must(
    ["auto", "ltr"].includes(input().getAttribute("dir") ?? ""),
    "A number in it takes the direction of the page.",
  );
  await tabTo(user, input());
  await user.keyboard("7");
  must(calls.length === 1 && calls[0]?.[0] === "7", "Typing does not call `onChange` with the new value.");
  mounted.show(
    <Field
      label="App id"
      description="Digits only"
      error="Fill this in"
      required
      value=""
      onChange={record}
    />,
  );
  must(input().getAttribute("aria-invalid") === "true", "It is not `aria-invalid` with an error.");
  const described = descriptionOf(input());
  must(described.includes("Fill this in"), "Its error is not part of its accessible description.");
  must(described.includes("Digits only"), "With an error its description is lost.");
  must(
    input().hasAttribute("required") || input().getAttribute("aria-required") === "true",
    "It does not say that it is required.",
  );
  mounted.unmount();
}

function switchNamed(name: string): HTMLElement {
  return screen.queryByRole("switch", { name }) ?? screen.getByRole("checkbox", { name });
}

function isChecked(control: HTMLElement): boolean {
  return control instanceof HTMLInputElement
    ? control.checked
    : control.getAttribute("aria-checked") === "true";
}

function shownBy(select: HTMLElement): string {
  return (
    (select instanceof HTMLSelectElement ? select.selectedOptions[0]?.textContent : select.textContent) ?? ""
  );
}

function isOnOption(name: string): boolean {
  const active = document.activeElement;
  const option = document.getElementById(active?.getAttribute("aria-activedescendant") ?? "") ?? active;
  return option?.getAttribute("role") === "option" && option.textContent === name;
}
