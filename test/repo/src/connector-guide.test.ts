import { expect, test } from "vitest";
import { readRepositoryFile } from "./repository-files.ts";

/** The template is compiled and run by its own package's tests; the guide shows it, and so shows code that works. */
test.each(["connector.ts", "connector.test.ts"])(
  "the guide to connectors shows the template's %s as it is",
  (file) => {
    const guide = readRepositoryFile("docs/guides/write-a-connector.md");
    const blocks = Array.from(guide.matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```/gm), ([, code]) => code);
    expect(blocks).toContain(readRepositoryFile(`packages/webhook-connectors/template/${file}`));
  },
);
