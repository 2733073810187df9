import {
  type ConditionalSchemaConverter,
  type JSONSchema,
  type OpenAPI,
  OpenAPIGenerator,
} from "@orpc/openapi";
import { z } from "zod";
import { ERROR_CODES } from "../kernel/error-codes.ts";
import { contract } from "./contract.ts";
import { PROBLEM_TYPE } from "./problem.ts";

/** zod writes its own JSON Schema; oRPC only asks for it. */
const zodSchemas: ConditionalSchemaConverter = {
  condition: (schema) => schema?.["~standard"].vendor === "zod",
  convert(schema, { strategy }) {
    // The same standard, typed once by each of the two libraries.
    const json: unknown = { ...z.toJSONSchema(schema as z.ZodType, { io: strategy }), $schema: undefined };
    const required = !(schema as z.ZodType).safeParse(undefined).success;
    return [required, json as JSONSchema];
  },
};

const problem = z.object({
  type: z.string().meta({ description: "`urn:webxkey:problem:` and the code." }),
  title: z.string(),
  status: z.int(),
  detail: z.string().meta({ description: "One sentence that says what to do." }),
  code: z.enum(Object.keys(ERROR_CODES)),
  fields: z
    .array(z.object({ pointer: z.string(), detail: z.string() }))
    .meta({ description: "The fields at fault, each with an RFC 6901 pointer into the input." }),
});

const PROBLEM = { $ref: "#/components/responses/Problem" };
const METHODS = ["get", "put", "post", "patch", "delete"] as const;

/**
 * The contract as OpenAPI 3.1: every operation, every schema, who may come in and how errors look (RFC 9457).
 *
 * @example
 * const { paths } = (await openApiDocument()) as { paths: object };
 */
export async function openApiDocument(): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [zodSchemas] });
  const [, problemSchema] = await zodSchemas.convert(problem, { strategy: "output" });
  const document = await generator.generate(contract, {
    info: {
      title: "WebxKey",
      version: "1",
      description: "Approved, opt-in, audited messages from order and account events.",
      license: { name: "MIT", identifier: "MIT" },
    },
    security: [{ apiKey: [] }],
    components: {
      schemas: { Problem: problemSchema as OpenAPI.SchemaObject },
      responses: {
        Problem: {
          description: "RFC 9457 problem details.",
          content: { [PROBLEM_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "A service key or a personal key, `wxk_…`." },
        signature: {
          type: "apiKey",
          in: "header",
          name: "webhook-signature",
          description:
            "Standard Webhooks 1.0.0 with `webhook-id` and `webhook-timestamp`, by a service key's signing secret.",
        },
      },
    },
  });
  for (const operation of operationsOf(document)) {
    operation.responses = { ...operation.responses, default: PROBLEM };
  }
  const publish = document.paths?.["/v1/events"]?.post;
  if (publish) {
    publish.security = [{ apiKey: [] }, { signature: [] }];
    if (publish.requestBody && "content" in publish.requestBody) publish.requestBody.required = true;
  }
  return document;
}

function operationsOf({ paths = {} }: OpenAPI.Document): OpenAPI.OperationObject[] {
  return Object.values(paths).flatMap((path) => METHODS.flatMap((method) => path?.[method] ?? []));
}
