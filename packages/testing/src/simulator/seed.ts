import { z } from "zod";
import { demoAccount } from "./demo-account.ts";
import { verifyCallback } from "./graph/subscribed-apps.ts";
import { digitsOfPhone, putPerson } from "./people/people.ts";
import { USER_ID_MODES } from "./people/user-id-modes.ts";
import { giveUserId } from "./people/user-ids.ts";
import { waIdOf } from "./people/wa-id.ts";
import type { Simulation } from "./simulation.ts";
import { SimulatorError } from "./simulator-error.ts";
import { storedComponent } from "./templates/check-creation.ts";
import { TEMPLATE_STATUSES, type TemplateComponent } from "./templates/definition.ts";
import { putTemplate } from "./templates/lifecycle.ts";
import { MESSAGING_LIMITS, type PhoneNumber, type Token, type World } from "./world.ts";

const id = z.string().regex(/^\d{5,20}$/, "an id of 5 to 20 digits, as a string");
const phone = z.string().regex(/^\+?[\d ()-]{7,24}$/, "a phone number such as +1 650 555 1234");

const component: z.ZodType<TemplateComponent, TemplateComponent> = z.looseObject({ type: z.string() });

/** What a test or a demo may put into the world. Ids that exist already are replaced; people are changed. */
export const seedSchema = z.strictObject({
  apps: z
    .array(
      z.strictObject({
        id,
        secret: z.string().min(1),
        name: z.string().optional(),
        /** Decides the webhook payload: up to v23.0 every status has a conversation. */
        webhookVersion: z
          .string()
          .regex(/^v\d+\.0$/)
          .optional(),
        requireAppSecretProof: z.boolean().optional(),
      }),
    )
    .optional(),
  portfolios: z
    .array(
      z.strictObject({
        id,
        name: z.string(),
        /** People a day that its numbers may write to, as Meta tells it; `TIER_2K` by default. Told, not enforced. */
        messagingLimit: z.enum(MESSAGING_LIMITS).optional(),
      }),
    )
    .optional(),
  wabas: z
    .array(
      z.strictObject({
        id,
        name: z.string().optional(),
        portfolioId: id,
        /** Apps that are subscribed from the start. */
        subscribedApps: z.array(id).optional(),
      }),
    )
    .optional(),
  numbers: z
    .array(
      z.strictObject({
        id,
        wabaId: id,
        displayPhoneNumber: phone,
        verifiedName: z.string().optional(),
        state: z.enum(["connected", "unregistered", "locked", "maintenance", "payment_issue"]).optional(),
        qualityRating: z.enum(["GREEN", "YELLOW", "RED", "UNKNOWN"]).optional(),
        nameStatus: z.string().optional(),
        /** Messages a second before 130429; Meta's default is 80. */
        messagesPerSecond: z.number().int().positive().optional(),
        /** Makes it a test number that may write to these people only. */
        allowedRecipients: z.array(phone).optional(),
      }),
    )
    .optional(),
  tokens: z
    .array(
      z.strictObject({
        value: z
          .string()
          .min(8)
          .max(100, "a simulator token has at most 100 characters; never seed a real one"),
        appId: id,
        wabaIds: z.array(id),
        userId: id.optional(),
        scopes: z.array(z.string()).optional(),
        /** Milliseconds since the epoch; left out, the token never expires. */
        expiresAtMs: z.number().optional(),
      }),
    )
    .optional(),
  templates: z
    .array(
      z.strictObject({
        id: id.optional(),
        wabaId: id,
        name: z.string(),
        language: z.string(),
        category: z.enum(["UTILITY", "MARKETING", "AUTHENTICATION"]).optional(),
        parameterFormat: z.enum(["NAMED", "POSITIONAL"]).optional(),
        status: z.enum(TEMPLATE_STATUSES).optional(),
        /** `AUTO_GENERATED` for one that Direct Send made. */
        source: z.string().optional(),
        components: z.array(component),
      }),
    )
    .optional(),
  people: z
    .array(
      z.strictObject({
        phone,
        /** The number under which WhatsApp knows the person, where it is neither the phone nor rewritten by rule. */
        waId: phone.optional(),
        name: z.string().optional(),
        username: z.string().optional(),
        userIdMode: z.enum(USER_ID_MODES).optional(),
        /** The user id in the portfolio of this business number; made up when left out. */
        userId: z.string().optional(),
        parentUserId: z.string().optional(),
        portfolioId: id.optional(),
        onWhatsApp: z.boolean().optional(),
        readsByThemselves: z.boolean().optional(),
      }),
    )
    .optional(),
});

export type Seed = z.input<typeof seedSchema>;

const MESSAGES_PER_SECOND = 80;
const WEBHOOK_VERSION = "v25.0";
const USER_ID_DIGITS = 15;

export function applySeed(sim: Simulation, seed: Seed): void {
  const { world } = sim;
  for (const app of seed.apps ?? []) {
    world.apps.set(app.id, {
      id: app.id,
      name: app.name ?? `App ${app.id}`,
      secret: app.secret,
      webhookVersion: app.webhookVersion ?? WEBHOOK_VERSION,
      requireAppSecretProof: app.requireAppSecretProof ?? false,
    });
  }
  for (const portfolio of seed.portfolios ?? []) world.portfolios.set(portfolio.id, { ...portfolio });
  for (const waba of seed.wabas ?? []) {
    world.wabas.set(waba.id, {
      id: waba.id,
      name: waba.name ?? `Business ${waba.id}`,
      portfolioId: waba.portfolioId,
      timezoneId: "1",
      currency: "USD",
      subscriptions: new Map((waba.subscribedApps ?? []).map((appId) => [appId, { appId }])),
      lockedNames: new Map(),
      templateCreationsMs: [],
    });
  }
  for (const number of seed.numbers ?? []) world.numbers.set(number.id, numberFrom(world, number));
  for (const token of seed.tokens ?? []) world.tokens.set(token.value, tokenFrom(sim, token));
  seedTemplates(sim, seed.templates ?? []);
  seedPeople(sim, seed.people ?? []);
  sim.changed();
}

function numberFrom(world: World, number: NonNullable<Seed["numbers"]>[number]): PhoneNumber {
  return {
    id: number.id,
    wabaId: number.wabaId,
    displayPhoneNumber: number.displayPhoneNumber,
    digits: digitsOfPhone(number.displayPhoneNumber),
    verifiedName: number.verifiedName ?? "Business",
    state: number.state ?? "connected",
    qualityRating: number.qualityRating ?? "GREEN",
    nameStatus: number.nameStatus ?? "APPROVED",
    messagesPerSecond: number.messagesPerSecond ?? MESSAGES_PER_SECOND,
    ...(number.allowedRecipients
      ? { allowedRecipients: number.allowedRecipients.map((one) => waIdOf(world, digitsOfPhone(one))) }
      : {}),
  };
}

function tokenFrom(sim: Simulation, token: NonNullable<Seed["tokens"]>[number]): Token {
  return {
    value: token.value,
    appId: token.appId,
    wabaIds: token.wabaIds,
    userId: token.userId ?? sim.ids.numeric(USER_ID_DIGITS),
    scopes: token.scopes ?? [...demoAccount.token.scopes],
    issuedAtMs: sim.clock.now(),
    ...(token.expiresAtMs === undefined ? {} : { expiresAtMs: token.expiresAtMs }),
  };
}

function seedTemplates(sim: Simulation, templates: NonNullable<Seed["templates"]>): void {
  for (const template of templates) {
    const waba = sim.world.wabas.get(template.wabaId);
    if (!waba)
      throw new SimulatorError(
        400,
        `The template ${template.name} belongs to WABA ${template.wabaId}, which is not seeded.`,
      );
    putTemplate(sim, waba, {
      id: template.id,
      name: template.name,
      language: template.language,
      category: template.category ?? "UTILITY",
      parameterFormat: template.parameterFormat ?? "POSITIONAL",
      status: template.status ?? "APPROVED",
      ...(template.source === undefined ? {} : { source: template.source }),
      components: template.components.map(storedComponent),
    });
  }
}

function seedPeople(sim: Simulation, people: NonNullable<Seed["people"]>): void {
  const firstPortfolio = sim.world.portfolios.keys().next().value;
  for (const one of people) {
    const { phone: number, waId, userId, parentUserId, portfolioId = firstPortfolio, ...facts } = one;
    if (waId !== undefined) sim.world.waIds.set(digitsOfPhone(number), digitsOfPhone(waId));
    const person = putPerson(sim.world, { ...facts, digits: digitsOfPhone(number) });
    if (portfolioId === undefined) continue;
    if (userId !== undefined) giveUserId(sim.world, person, portfolioId, userId);
    if (parentUserId === undefined) continue;
    person.parentUserIds.set(portfolioId, parentUserId);
    sim.world.peopleByUserId.set(`${portfolioId}/${parentUserId}`, person);
  }
}

/** What the app dashboard does: asks the callback for the challenge, then keeps it for all its WABAs. */
export async function setAppCallback(
  sim: Simulation,
  appId: string,
  url: string,
  verifyToken: string,
): Promise<void> {
  const app = sim.world.apps.get(appId);
  if (!app) throw new SimulatorError(404, `There is no app ${appId}. Seed it first.`);
  const problem = await verifyCallback(sim, url, verifyToken);
  if (problem) throw new SimulatorError(409, problem.message);
  app.callback = { url, verifyToken };
  sim.changed();
}

/** The seed of the demo account. Its app is subscribed; its callback is still to be set. */
export function demoSeed(): Seed {
  const { app, portfolio, waba, number, token, person, templates } = demoAccount;
  return {
    apps: [{ ...app }],
    portfolios: [{ ...portfolio }],
    wabas: [{ ...waba, portfolioId: portfolio.id, subscribedApps: [app.id] }],
    numbers: [{ ...number, wabaId: waba.id }],
    tokens: [{ ...token, scopes: [...token.scopes], appId: app.id, wabaIds: [waba.id] }],
    templates: templates.map(({ parameters: _, ...template }) => ({ ...template, wabaId: waba.id })),
    people: [{ ...person, portfolioId: portfolio.id }],
  };
}
