import { registerSchema, validate } from "@hyperjump/json-schema/openapi-3-1";
import { minifyContractRouter } from "@orpc/contract";
import { beforeAll, expect, test } from "vitest";
import { contract } from "./contract.ts";
import { openApiDocument } from "./openapi.ts";

const DIALECT = "https://spec.openapis.org/oas/3.1/schema-base";

type Document = Awaited<ReturnType<typeof openApiDocument>>;
type Json = Parameters<Awaited<ReturnType<typeof validate>>>[0];

let document: Document;
let json: Json;
beforeAll(async () => {
  document = await openApiDocument();
  json = JSON.parse(JSON.stringify(document)) as Json;
});

/** Every route of the contract, as `METHOD /path`. */
function routesOf(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const { "~orpc": own } = node as { "~orpc"?: { route: { method?: string; path?: string } } };
  return own ? [`${own.route.method} ${own.route.path}`] : Object.values(node).flatMap(routesOf);
}

function operations() {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods ?? {}).map(
      ([method, operation]) =>
        [
          `${method.toUpperCase()} ${path}`,
          operation as NonNullable<NonNullable<Document["paths"]>[string]>["get"],
        ] as const,
    ),
  );
}

test("the document is valid OpenAPI 3.1, schemas included", async () => {
  const isOpenApi = await validate(DIALECT);
  expect(isOpenApi(json, "BASIC")).toEqual({ valid: true });
  expect(isOpenApi({ ...(json as object), paths: { "/x": { get: { responses: 7 } } } } as Json).valid).toBe(
    false,
  );
});

test("it describes the routes of the contract and no other", () => {
  expect(
    operations()
      .map(([name]) => name)
      .sort(),
  ).toEqual(routesOf(minifyContractRouter(contract)).sort());
});

test("every operation tells how it fails, as RFC 9457 problem details", () => {
  for (const [name, operation] of operations())
    expect([name, operation?.responses?.["default"]]).toEqual([
      name,
      { $ref: "#/components/responses/Problem" },
    ]);
  expect(document.components?.responses?.["Problem"]).toMatchObject({
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  });
});

test("every operation needs a key, and publishing takes a signature instead", () => {
  expect(document.security).toEqual([{ apiKey: [] }]);
  for (const [name, operation] of operations()) {
    expect([name, operation?.security]).toEqual([
      name,
      name === "POST /v1/events" ? [{ apiKey: [] }, { signature: [] }] : undefined,
    ]);
  }
});

test("a phone number stands in no address", () => {
  for (const [name, operation] of operations()) {
    const parameters = (operation?.parameters ?? []).map((one) => ("name" in one ? one.name : ""));
    expect([name, parameters.filter((one) => /phone|identity|recipient/.test(one))]).toEqual([name, []]);
  }
});

test("the schema of an answer takes what the API answers and refuses what lacks a field", async () => {
  const answer = { keys: [] };
  const ok = document.paths?.["/v1/keys"]?.get?.responses?.["200"];
  const schema = ok && "content" in ok ? ok.content?.["application/json"]?.schema : undefined;
  registerSchema(
    JSON.parse(JSON.stringify(schema)) as Parameters<typeof registerSchema>[0],
    "https://webxkey.test/keys",
    "https://spec.openapis.org/oas/3.1/dialect/base",
  );
  const fits = await validate("https://webxkey.test/keys");
  expect(fits(answer as Json).valid).toBe(true);
  expect(fits({} as Json).valid).toBe(false);
});
