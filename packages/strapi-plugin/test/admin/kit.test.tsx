// @vitest-environment jsdom
import { darkTheme, lightTheme } from "@strapi/design-system";
import { within } from "@testing-library/dom";
import type { UiKit } from "@webxkey/admin-kit";
import { uiKitContract } from "@webxkey/admin-kit/testing";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { ThemeProvider } from "styled-components";
import { describe, expect, test } from "vitest";
import { strapiPanelKit, strapiUiKit } from "../../admin/src/kit/index.ts";

/** Strapi puts its theme around the whole admin; here each root brings it. */
const LightRoot: UiKit["Root"] = (props) => (
  <ThemeProvider theme={lightTheme}>
    <strapiUiKit.Root {...props} />
  </ThemeProvider>
);
const DarkRoot: UiKit["Root"] = (props) => (
  <ThemeProvider theme={darkTheme}>
    <strapiUiKit.Root {...props} />
  </ThemeProvider>
);

describe.each([
  ["light", LightRoot],
  ["dark", DarkRoot],
] as const)("in Strapi's %s theme", (_name, Root) => {
  test.each(uiKitContract)("Strapi's design keeps: $name", async ({ check }) => {
    await expect(check({ ...strapiUiKit, Root })).resolves.toBeUndefined();
  });
});

test("a section in a panel is a region of its name, and leaves the heading to Strapi's frame", () => {
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  flushSync(() =>
    root.render(
      <LightRoot locale="en" direction="ltr" closeLabel="Close">
        <strapiPanelKit.Section title="WhatsApp">Content</strapiPanelKit.Section>
      </LightRoot>,
    ),
  );
  const panel = within(within(place).getByRole("region", { name: "WhatsApp" }));
  panel.getByText("Content");
  expect(panel.queryByRole("heading")).toBeNull();
  flushSync(() => root.unmount());
  place.remove();
});
