import { z } from "zod";
import { parsePhone } from "../kernel/phone.ts";
import { canonicalLocale } from "./locale.ts";
import { businessLabel, greetedName, knownCode } from "./shown-text.ts";

/** The parts that events are made of. Each message is the sentence that a sender of events reads when the field is wrong. */

const REF_CHARS_MAX = 200;
const TRACKING_GROUPS_MAX = 10;
const PHONE_CHARS_MAX = 64;
const URL_CHARS_MAX = 2_000;
/** Longer than anything that is kept, so that a name is shortened rather than the message lost. */
const TEXT_CHARS_MAX = 10_000;

/** The platform's own id of a thing. It is stored in the clear, so it must not be a phone number or an e-mail address. */
export const ref = z
  .string({ error: "Give the id that the platform uses for it." })
  .regex(
    new RegExp(`^[^\\p{C}\\p{Zl}\\p{Zp}]{1,${REF_CHARS_MAX}}$`, "u"),
    `Give an id of 1 to ${REF_CHARS_MAX} characters without line breaks or invisible characters.`,
  );

const text = (error: string) =>
  z.string({ error }).max(TEXT_CHARS_MAX, `Use at most ${TEXT_CHARS_MAX} characters.`);

/** A shortened code would be another one, so it is refused. */
const code = text("Give the text that the customer knows it by.").transform((written, context) => {
  const known = knownCode(written);
  if (known !== undefined) return known;
  context.addIssue(
    "Give a code of at most 64 letters, digits and _ # / . -, in at most three words and without a link.",
  );
  return z.NEVER;
});

/** Carriers group theirs; what is no number tracks nothing, and the parcel is told without it. */
const trackingNumber = text("Give the tracking number as text, or leave the field out.").transform(
  (written) => knownCode(written, TRACKING_GROUPS_MAX),
);

const name = text("Give a name as text, or leave the field out.").transform(greetedName);
const label = text("Give a name as text, or leave the field out.").transform(
  (written) => businessLabel(written) || undefined,
);

/** RFC 3339 in, UTC with milliseconds out. */
export const time = z.iso
  .datetime({
    offset: true,
    error: "Write the time in RFC 3339 with seconds and an offset, such as 2026-03-14T09:26:53Z.",
  })
  .transform((text) => new Date(text).toISOString());

export const money = z.strictObject({
  amount: z
    .int({ error: "Give a whole number of minor units: 49.99 EUR is 4999, 5000 JPY is 5000." })
    .min(0, "Give an amount that is not negative."),
  currency: z
    .string({ error: "Give the ISO 4217 code of the currency." })
    .regex(/^[A-Z]{3}$/, "Write the ISO 4217 code in three capitals, such as EUR."),
});

const locale = z
  .string({ error: "Give a BCP 47 tag, such as si-LK, or leave the field out." })
  .refine(canonicalLocale, "Write a BCP 47 tag with dashes, such as si-LK or en.")
  .transform((tag) => canonicalLocale(tag) ?? tag);

const url = z
  .string({ error: "Give an https address, or leave the field out." })
  .max(URL_CHARS_MAX, `Use at most ${URL_CHARS_MAX} characters.`)
  .refine(isPlainHttps, "Give an https address without user name and password.")
  .transform((text) => new URL(text).href);

/**
 * Who is told. Without a `phone` nothing can be sent, and the reason is `phone_problem`: there was none (also where the
 * field is absent), or there was one that cannot be read.
 */
export const recipient = z
  .strictObject({
    phone: z
      .string({ error: "Give the phone number as text, or leave the field out." })
      .max(PHONE_CHARS_MAX, `Use at most ${PHONE_CHARS_MAX} characters.`)
      .transform((text, context) => {
        // One person has one form: a zero between country code and number makes it nobody else's.
        const phone = text.startsWith("+") ? parsePhone(text) : undefined;
        if (phone?.ok) return phone.e164;
        context.addIssue("Write the phone number in E.164, such as +16505551234.");
        return z.NEVER;
      })
      .optional(),
    phone_problem: z
      .enum(["missing", "unparseable"], { error: 'Use "missing" or "unparseable", or leave the field out.' })
      .optional(),
    /**
     * Whether the platform knows that the phone is the account's own, because it sent a code there or saw it proven otherwise. A
     * security notice goes to no other phone: anybody can type a stranger's number into an account.
     */
    phone_verified: z.boolean({ error: "Use true or false, or leave the field out." }).optional(),
    name: name.optional(),
    customer_ref: ref.optional(),
    locale: locale.optional(),
  })
  .refine(({ phone, phone_problem }) => phone === undefined || phone_problem === undefined, {
    path: ["phone_problem"],
    error: "Leave this field out when there is a phone number.",
  });

/** `code` is what the customer knows the order by, such as its number; `ref` is the platform's id. */
export const order = z.strictObject({ ref, code, placed_at: time, total: money });

export const shop = z.strictObject({
  name: text("Give the shop's name as its customers know it.")
    .transform(businessLabel)
    .pipe(z.string().min(1, "Give the shop's name as its customers know it.")),
});

export const fulfillment = z.strictObject({
  ref,
  carrier: label.optional(),
  tracking_number: trackingNumber.optional(),
  tracking_url: url.optional(),
});

export const payment = z.strictObject({ ref, amount: money });
export const refund = z.strictObject({ ref, amount: money });
export const returned = z.strictObject({ ref });
export const account = z.strictObject({ ref });

export type Recipient = z.output<typeof recipient>;

function isPlainHttps(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === "https:" && username === "" && password === "";
}
