import { starterRules } from "@webxkey/core";
import { describe, expect, test } from "vitest";
import { demoTemplates } from "../simulator/demo-templates.ts";

const templates = [...new Map(starterRules.map(({ template }) => [template.name, template])).values()];

describe("the starter rules and the simulator's demo account are in step", () => {
  test.each(templates.map((template) => [template.name, template] as const))(
    "%s is there in the fallback language, with the same category",
    (name, { fallbackLanguage, category }) => {
      const demo = demoTemplates.filter((candidate) => candidate.name === name);
      expect(demo.map(({ language }) => language)).toContain(fallbackLanguage);
      expect(new Set(demo.map((one) => one.category))).toEqual(new Set([category]));
    },
  );

  test.each(demoTemplates.map((demo) => [demo.name, demo.language, demo.parameters] as const))(
    "%s (%s) takes exactly the parameters that its rule fills",
    (name, _language, parameters) => {
      const template = templates.find((candidate) => candidate.name === name);
      expect([...parameters].sort()).toEqual([...(template?.parameters ?? [])].sort());
    },
  );
});
