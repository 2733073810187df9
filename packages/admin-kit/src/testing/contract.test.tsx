// @vitest-environment jsdom
// biome-ignore-all lint/a11y: the kits below are wrong on purpose.
import { createPortal } from "react-dom";
import { describe, expect, test } from "vitest";
import { plainUiKit } from "../plain/index.ts";
import type { UiKit } from "../ui-kit/ui-kit.ts";
import { uiKitContract } from "./index.ts";

/**
 * For each clause of the contract one kit that does everything right but for what the clause is about. The clause is
 * found by the beginning of its name.
 */
const BROKEN_KITS: Readonly<Record<string, Partial<UiKit>>> = {
  "Root says": { Root: (props) => <plainUiKit.Root {...props} locale="en" direction="ltr" /> },
  "Page has its title": { Page: ({ title, children }) => <section aria-label={title}>{children}</section> },
  "Page gives its title the focus": { Page: (props) => <plainUiKit.Page {...props} takeFocus={false} /> },
  "Page offers the way back": {
    Page: ({ back, ...props }) => (
      <>
        <a tabIndex={-1} href="#back" onClick={back?.onSelect}>
          {back?.label}
        </a>
        <plainUiKit.Page {...props} />
      </>
    ),
  },
  "Section is a region": { Section: (props) => <plainUiKit.Page {...props} /> },
  "Heading has the level": {
    Heading: ({ children }) => <plainUiKit.Heading level={3}>{children}</plainUiKit.Heading>,
  },
  "Stack, Text and Badge": { Badge: () => <i className="dot" /> },
  "Code runs": { Code: ({ children }) => <code>{children}</code> },
  "Facts is": {
    Facts: ({ facts }) => (
      <p>
        {facts.map(({ term, value }) => (
          <span key={term}>
            <b>{term}</b>
            {value}
          </span>
        ))}
      </p>
    ),
  },
  "Table is named": { Table: (props) => <plainUiKit.Table {...props} caption="" /> },
  "Alert speaks up": { Alert: (props) => <plainUiKit.Alert {...props} urgent /> },
  "Loading is": { Loading: () => <div role="status" /> },
  "Empty shows": { Empty: ({ title }) => <plainUiKit.Empty title={title} /> },
  "Timeline is": {
    Timeline: ({ items, ...props }) => <plainUiKit.Timeline {...props} items={items.toReversed()} />,
  },
  "a notice is closed": {
    Root: ({ children, ...props }) => (
      <plainUiKit.Root {...props}>
        <style>{".wk-notice-close { display: none; }"}</style>
        {children}
      </plainUiKit.Root>
    ),
  },
  "useNotify announces": {
    useNotify:
      () =>
      ({ text }) =>
        document.body.append(text),
  },
  "Link with an address": { Link: ({ onSelect, ...props }) => <a {...props} /> },
  "Link without an address": {
    Link: ({ onSelect, children }) => (
      <a role="link" onClick={onSelect}>
        {children}
      </a>
    ),
  },
  "Button is operated": {
    Button: ({ onSelect, children }) => (
      <div role="button" tabIndex={0} onClick={onSelect}>
        {children}
      </div>
    ),
  },
  "Button that is busy": { Button: ({ busy, ...props }) => <plainUiKit.Button {...props} /> },
  "Button that is unavailable": {
    Button: ({ unavailable, children }) => (
      <button type="button" disabled={unavailable !== undefined}>
        {children}
      </button>
    ),
  },
  "Button submits": { Button: ({ children }) => <button type="submit">{children}</button> },
  "TextField is": {
    TextField: ({ error, ...props }) => (
      <>
        <plainUiKit.TextField {...props} />
        <p>{error}</p>
      </>
    ),
  },
  "SecretField is": { SecretField: (props) => <plainUiKit.TextField {...props} /> },
  "Switch asks": {
    Switch: ({ label, checked, onChange }) => (
      <input
        type="checkbox"
        aria-label={label}
        defaultChecked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
    ),
  },
  "Switch that is busy": { Switch: ({ unavailable, busy, ...props }) => <plainUiKit.Switch {...props} /> },
  "Select is named": { Select: ({ label, ...props }) => <plainUiKit.Select label="" {...props} /> },
  "Select that is unavailable": { Select: ({ unavailable, ...props }) => <plainUiKit.Select {...props} /> },
  "Select says how": { Select: ({ error, ...props }) => <plainUiKit.Select {...props} /> },
  "Confirm is a dialog": {
    Confirm: ({ open, title, children }) =>
      open ? (
        <div role="dialog" aria-label={title}>
          {children}
        </div>
      ) : null,
  },
  "Confirm gives the focus": {
    Section: ({ title, children }) => <section aria-label={title}>{children}</section>,
  },
  "Confirm has two ways out": {
    Confirm: ({ onConfirm, ...props }) => <plainUiKit.Confirm {...props} onConfirm={props.onCancel} />,
  },
  "Confirm has the language": {
    Confirm: ({ open, title }) =>
      open ? createPortal(<div role="dialog" aria-label={title} />, document.body) : null,
  },
  "Confirm that is busy": { Confirm: ({ busy, ...props }) => <plainUiKit.Confirm {...props} /> },
  "Disclosure is": {
    Disclosure: ({ summary, children }) => (
      <details open>
        <summary>{summary}</summary>
        {children}
      </details>
    ),
  },
  "axe finds no fault": { Empty: () => <img src="data:," /> },
  "a kit has no words": {
    Loading: ({ label }) => (
      <div role="status" aria-label={label}>
        Please wait
      </div>
    ),
  },
};

test.each(uiKitContract)("the plain kit keeps: $name", async ({ check }) => {
  await expect(check(plainUiKit)).resolves.toBeUndefined();
});

describe("a kit that breaks one clause does not pass it", () => {
  test.each(uiKitContract)("$name", async ({ name, check }) => {
    const broken = Object.entries(BROKEN_KITS).filter(([start]) => name.startsWith(start));
    expect(broken).toHaveLength(1);
    for (const [, primitives] of broken)
      await expect(check({ ...plainUiKit, ...primitives })).rejects.toThrow();
  });
});
