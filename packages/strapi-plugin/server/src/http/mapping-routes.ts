import { isDeepStrictEqual } from "node:util";
import type { Core } from "@strapi/strapi";
import { consentFieldSentence, type FieldProblem, WebxkeyError } from "@webxkey/core";
import type { Standing } from "@webxkey/host-kit";
import type { z } from "zod";
import type { Runtime } from "../engine/runtime.ts";
import type { Schema } from "../mapping/check.ts";
import { choicesOf } from "../mapping/choices.ts";
import {
  consentFieldOf,
  type Mapping,
  mappingSchema,
  ORDER_EVENTS,
  withoutConsent,
} from "../mapping/mapping.ts";
import { previewOf } from "../mapping/preview.ts";
import { answering, requireRight } from "./admin.ts";
import type { KoaContext } from "./koa.ts";

/** `GET /webxkey/mapping`: what is mapped, what is wrong with it now, and what it can be made of. */
export function readMapping(strapi: Core.Strapi) {
  return (ctx: KoaContext): Promise<void> =>
    answering(strapi, ctx, async ({ runtime, standing }) => {
      requireRight(standing, "rule:read");
      const { mapping, problems } = await runtime.mappings.refresh();
      return Response.json({
        ...saidOf(runtime, mapping),
        mapping,
        state: problems.length > 0 ? "broken" : mapping.order || mapping.account ? "ready" : "empty",
        problems,
        choices: choicesOf(strapi as unknown as Schema),
        events: ORDER_EVENTS,
        wordings: runtime.settings.wordings,
      });
    });
}

/** `PUT /webxkey/mapping`. What was given up because the mapping was broken is tried again with the new one. */
export function writeMapping(strapi: Core.Strapi) {
  return (ctx: KoaContext): Promise<void> =>
    answering(strapi, ctx, async ({ runtime, caller, standing }) => {
      const mapping = mappingIn(ctx.request.body);
      const { mapping: before } = await runtime.mappings.refresh();
      const change = { before: consentFieldOf(before), after: consentFieldOf(mapping) };
      const isOther = !isDeepStrictEqual(change.before, change.after);
      if (isOther) requireConsentRight(standing);
      if (!isOther || !isDeepStrictEqual(withoutConsent(before), withoutConsent(mapping)))
        requireRight(standing, "rule:write");
      await runtime.mappings.save(mapping, async () => {
        if (!isOther) return;
        const engine = await runtime.messaging();
        await engine.noteConsentField({ userId: caller.userId, source: runtime.connector.source, ...change });
      });
      await runtime.intake.retryParked();
      void runtime.sweep();
      return Response.json({ mapping, state: "ready", problems: [], ...saidOf(runtime, mapping) });
    });
}

/**
 * `POST /webxkey/mapping/preview`: what the newest entries would tell, by a mapping that is not stored. Only entries and fields
 * that the viewer may read in Strapi are shown, phone and name masked.
 */
export function previewMapping(strapi: Core.Strapi) {
  return (ctx: KoaContext): Promise<void> =>
    answering(strapi, ctx, async ({ runtime, standing }) => {
      requireRight(standing, "rule:read");
      const mapping = mappingIn(ctx.request.body);
      const fields = soundOrThrow(runtime, mapping);
      const ports = {
        shop: { source: runtime.connector.source, name: runtime.settings.shopName },
        messaging: await runtime.messaging(),
      };
      return Response.json({ entries: await previewOf(strapi, fields, ctx.state.userAbility, ports) });
    });
}

/** Who decides what counts as a person's consent: whoever may connect a shop, or answers for consents. */
function requireConsentRight({ rights }: Standing): void {
  if (rights.includes("connection:write") || rights.includes("consent:grant")) return;
  throw new WebxkeyError("forbidden", {
    detail:
      "Which field counts as a customer's consent is changed by an owner, an admin or a privacy officer. Ask one of them; the rest of the mapping you may save.",
  });
}

/** What the mapped field means, said back to whoever maps it. */
function saidOf({ settings }: Runtime, { order }: Mapping): { readonly said: string | null } {
  const consent = order?.fields.consent;
  if (!consent) return { said: null };
  const words = settings.wordings.find(
    ({ id, version, language }) =>
      id === consent.wording_id &&
      version === consent.wording_version &&
      language === consent.wording_language,
  );
  return { said: consentFieldSentence(consent.attribute, `“${words?.text ?? consent.wording_id}”`) };
}

function soundOrThrow({ mappings }: Runtime, mapping: Mapping) {
  const problems = mappings.check(mapping);
  if (problems.length > 0) throw invalid(problems);
  if (!mapping.order)
    throw invalid([{ pointer: "/order", detail: "Say first which content type is an order." }]);
  return mapping.order;
}

/** @throws WebxkeyError `invalid_input` naming each field. */
function mappingIn(body: unknown): Mapping {
  const read = mappingSchema.safeParse(body);
  if (read.success) return read.data;
  throw invalid(read.error.issues.map(fieldProblem));
}

function invalid(fields: readonly FieldProblem[]): WebxkeyError {
  return new WebxkeyError("invalid_input", { detail: "Correct the fields named here.", fields });
}

/** The pointer is RFC 6901's. */
function fieldProblem({ path, message }: z.core.$ZodIssue): FieldProblem {
  const escaped = path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`);
  return { pointer: escaped.join(""), detail: message };
}
