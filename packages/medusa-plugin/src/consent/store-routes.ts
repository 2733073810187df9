import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http";
import { type FieldProblem, WebxkeyError } from "@webxkey/core";
import { z } from "zod";
import { type Runtime, runtimeOf } from "../engine/index.ts";
import { answerProblem } from "../http/problem.ts";
import { type CartWording, createCartConsent } from "./cart-consent.ts";

/** Medusa's ids; anything longer is not one, and never becomes a key of the rate limiter. */
const cartId = z.string().regex(/^[\w-]{1,100}$/, "the cart's id");

const consentBody = z.strictObject({
  cart_id: cartId,
  wording_id: z.string().min(1).max(80),
  wording_version: z.string().min(1).max(40),
  wording_language: z.string().min(1).max(35),
});

const NO_CART = "There is no open cart with this id.";

/** `POST /store/webxkey/consents`: the buyer ticked the box. */
export async function giveCartConsent(request: MedusaRequest, response: MedusaResponse): Promise<void> {
  await answering(request, response, async (runtime) => {
    const body = consentBody.safeParse(request.body);
    await takeFromLimits(runtime, request, response, body.data?.cart_id);
    if (!body.success) throw invalid("Correct the fields named here.", body.error.issues.map(fieldProblem));

    const { cart_id, ...wording } = body.data;
    if (!isOffered(runtime, wording)) {
      throw invalid("Name a wording that GET /store/webxkey/consent-wordings lists, and show its text.", [
        { pointer: "/wording_id", detail: "No such wording in this version and language." },
      ]);
    }
    const written = await createCartConsent(request.scope, runtime).give(cart_id, wording);
    if (written.kind === "no_cart") throw new WebxkeyError("not_found", { detail: NO_CART });
    if (written.kind === "no_phone") {
      throw invalid(
        "Consent is for the buyer's own phone: put one on the cart's billing address or customer first.",
        [
          {
            pointer: "/cart_id",
            detail: "Neither the billing address nor the customer has a phone number that can be read.",
          },
        ],
      );
    }
    // Nothing about the person behind the phone is in this answer: it is the same for a stranger and an old customer.
    response.status(201).json({ cart_id, ...wording, given_at: written.givenAt });
  });
}

/** `DELETE /store/webxkey/consents/:cart_id`: the buyer took the tick away before ordering. */
export async function takeBackCartConsent(request: MedusaRequest, response: MedusaResponse): Promise<void> {
  await answering(request, response, async (runtime) => {
    const id = cartId.safeParse(request.params["cart_id"]);
    await takeFromLimits(runtime, request, response, id.data);
    const done = id.success ? await createCartConsent(request.scope, runtime).takeBack(id.data) : "no_cart";
    if (done === "no_cart") throw new WebxkeyError("not_found", { detail: NO_CART });
    response.status(204).end();
  });
}

function isOffered({ settings }: Runtime, wording: CartWording): boolean {
  return settings.wordings.some(
    ({ id, version, language }) =>
      id === wording.wording_id &&
      version === wording.wording_version &&
      language === wording.wording_language,
  );
}

async function takeFromLimits(
  runtime: Runtime,
  request: MedusaRequest,
  response: MedusaResponse,
  cart: string | undefined,
): Promise<void> {
  const taken = await runtime.consentLimits.take(request.ip ?? "unknown", cart);
  if (taken.ok) return;
  response.setHeader("retry-after", String(taken.retryAfterSeconds));
  const detail = `Too many changes of consent. Try again in ${taken.retryAfterSeconds} seconds.`;
  throw new WebxkeyError("too_many_requests", { detail });
}

async function answering(
  request: MedusaRequest,
  response: MedusaResponse,
  answer: (runtime: Runtime) => Promise<void>,
): Promise<void> {
  const runtime = runtimeOf(request.scope);
  try {
    await answer(runtime);
  } catch (error) {
    await answerProblem(response, error, runtime.log, "/store/webxkey/consents");
  }
}

function invalid(detail: string, fields: readonly FieldProblem[]): WebxkeyError {
  return new WebxkeyError("invalid_input", { detail, fields });
}

/** The pointer is RFC 6901's. */
function fieldProblem({ path, message }: z.core.$ZodIssue): FieldProblem {
  const escaped = path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`);
  return { pointer: escaped.join(""), detail: message };
}
