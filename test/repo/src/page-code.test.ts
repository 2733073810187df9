import { expect, test } from "vitest";
import { type PageCode, pageCode } from "./page-code.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

/** The admin of each host, where in it the host looks for pages, and which of ours it draws there. */
const HOSTS = [
  {
    host: "Medusa",
    admin: "packages/medusa-plugin/src/admin/",
    entry: /\/(routes|widgets)\//,
    pages: ["MessagesPage", "OrderWidget", "SettingsPage"],
  },
  {
    host: "Strapi",
    admin: "packages/strapi-plugin/admin/src/",
    entry: /\/pages\/|\/panel\/order-messages\.tsx$/,
    pages: ["MappingPage", "MessagesPage", "OrderWidget", "SettingsPage"],
  },
];
/** What draws a host's design for all pages; everything else in a plugin's admin is wiring. */
const KIT = /\/kit\//;
/** A page in a plugin says which of our pages it is, and how it is reached. */
const PAGE_LINES_MAX = 25;
/** All of a host's wiring together, which is less than a tenth of the pages that it wires. */
const WIRING_LINES_MAX = 300;

const SOURCE = /\.tsx?$/;
const IN_ADMIN_KIT = /^packages\/admin-kit\/src\/(?!plain|testing|ui-kit).*(?<!\.test)\.tsx?$/;

const files = repositoryFiles();
const sum = (codes: readonly PageCode[]) => codes.reduce((lines, code) => lines + code.lines, 0);
const codeOf = (file: string) => pageCode(file, readRepositoryFile(file));
const pageLines = sum(files.filter((file) => IN_ADMIN_KIT.test(file)).map(codeOf));

test.each(HOSTS)("$host's pages are the admin-kit's: its plugin holds a UiKit and wiring alone", (host) => {
  const sources = files.filter((file) => file.startsWith(host.admin) && SOURCE.test(file));
  const wiring = sources.filter((file) => !KIT.test(file));
  const pages = wiring.filter((file) => host.entry.test(file));

  expect(wiring.flatMap((file) => codeOf(file).ownMarkup.map((found) => `${file}:${found}`))).toEqual([]);
  for (const page of pages) {
    expect(codeOf(page).kitPages.length, page).toBeGreaterThan(0);
    expect(codeOf(page).lines, page).toBeLessThanOrEqual(PAGE_LINES_MAX);
  }
  expect([...new Set(pages.flatMap((page) => codeOf(page).kitPages))].toSorted()).toEqual(host.pages);
  // The kit draws what the pages ask for and no page itself; inside its frame is what every kit's Root does.
  expect(sources.filter((file) => KIT.test(file)).flatMap((file) => codeOf(file).kitPages)).toEqual([
    "KitRoot",
  ]);

  const wiringLines = sum(wiring.map(codeOf));
  expect(wiringLines).toBeLessThanOrEqual(WIRING_LINES_MAX);
  expect(wiringLines * 10, `${wiringLines} lines of wiring`).toBeLessThan(pageLines);
});

test.each([
  { source: "const a = <p />;", found: ["1 <p>"] },
  { source: "const a = <Box>Orders</Box>;", found: ["1 Orders"] },
  { source: 'const a = <Box>{"Orders"}</Box>;', found: ['1 {"Orders"}'] },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source that is read.
  { source: "const a = <Box>{`Orders of ${name}`}</Box>;", found: ["1 {`Orders of ${name}`}"] },
])("takes for a page of a plugin's own: $source", ({ source, found }) => {
  expect(pageCode("sample.tsx", source).ownMarkup).toEqual(found);
});

test("counts lines of code, and calls a page of the kit what is imported from it", () => {
  const source = `
    // A comment.
    import { SettingsPage } from "@webxkey/admin-kit";
    /** Another. */
    export default () => (
      <Frame title="WhatsApp">
        <SettingsPage />
        <MessagesPage />
      </Frame>
    );
  `;
  expect(pageCode("sample.tsx", source)).toEqual({ lines: 7, kitPages: ["SettingsPage"], ownMarkup: [] });
});
