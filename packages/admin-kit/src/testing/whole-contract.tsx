import axe from "axe-core";
import type { UiKit } from "../ui-kit/ui-kit.ts";
import { clause, must } from "./clause.ts";

/** Without a layout nothing can be said of colours; landmarks are the host's. */
const AXE_OFF = { "color-contrast": { enabled: false }, region: { enabled: false } };

/** What only shows when all primitives stand together. */
export const WHOLE_CONTRACT = [
  clause("axe finds no fault with all primitives together", async ({ kit, show }) => {
    show(<Everything kit={kit} />);
    const { violations } = await axe.run(document.body, { rules: AXE_OFF });
    must(
      violations.length === 0,
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(", ")}`).join("\n"),
    );
  }),

  clause("a kit has no words of its own", async ({ kit, show }) => {
    show(<Everything kit={kit} />);
    const own = wordsIn(document.body).filter((words) => !/^⟦.*⟧$/s.test(words));
    must(own.length === 0, `It says: ${own.join(", ")}`);
  }),
];

function Everything({ kit }: { kit: UiKit }) {
  const field = { value: "", onChange: () => {}, description: "⟦hint⟧" };
  const options = [{ value: "a", label: "⟦option⟧" }];
  return (
    <kit.Page title="⟦page⟧" description="⟦about⟧" back={{ label: "⟦back⟧", onSelect: () => {} }}>
      <kit.Section title="⟦section⟧" actions={<kit.Button>⟦act⟧</kit.Button>}>
        <kit.Alert tone="info" title="⟦alert⟧">
          ⟦text⟧
        </kit.Alert>
        <kit.TextField {...field} label="⟦field⟧" error="⟦wrong⟧" required />
        <kit.SecretField {...field} label="⟦secret⟧" />
        <kit.Switch label="⟦switch⟧" hideLabel checked unavailable="⟦why⟧" onChange={() => {}} />
        <kit.Select {...field} label="⟦select⟧" hideLabel value="a" options={options} error="⟦not this⟧" />
        <kit.Button busy>⟦busy⟧</kit.Button>
        <kit.Heading level={3}>⟦heading⟧</kit.Heading>
        <kit.Facts facts={[{ term: "⟦term⟧", value: <kit.Code>⟦code⟧</kit.Code> }]} />
        <kit.Disclosure summary="⟦summary⟧">⟦inside⟧</kit.Disclosure>
        <kit.Loading label="⟦loading⟧" />
        <kit.Empty title="⟦nothing⟧" action={<kit.Link onSelect={() => {}}>⟦link⟧</kit.Link>} />
        <kit.Table
          caption="⟦table⟧"
          columns={[{ key: "a", label: "⟦column⟧" }]}
          rows={[{ key: "1", cells: { a: "⟦cell⟧" } }]}
        />
        <kit.Timeline
          label="⟦list⟧"
          items={[{ key: "1", icon: "event", tone: "info", sentence: "⟦sentence⟧", time: "⟦time⟧" }]}
        />
      </kit.Section>
    </kit.Page>
  );
}

/** All that is to be read or heard: text and the attributes that are spoken. */
function wordsIn(body: HTMLElement): string[] {
  const elements = [...body.querySelectorAll("*")].filter((element) => !element.matches("style, script"));
  return elements
    .flatMap((element) => [
      ...["aria-label", "title", "placeholder", "alt"].map((name) => element.getAttribute(name) ?? ""),
      ...[...element.childNodes].map((node) =>
        node.nodeType === Node.TEXT_NODE ? (node.textContent ?? "") : "",
      ),
    ])
    .map((words) => words.trim())
    .filter((words) => /\p{L}/u.test(words));
}
