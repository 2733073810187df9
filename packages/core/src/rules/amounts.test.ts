import { describe, expect, test } from "vitest";
import { moneyFromMajorUnits, parseEvent, sampleEvent } from "../events/index.ts";
import { intentsOf, starterRules } from "./index.ts";

/** Every currency of ISO 4217's List One that has minor units, by their number: the list of 2024-06-25 with XCG and XAD. */
const CURRENCIES = Object.entries({
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  2: `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU
    CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS
    KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN
    PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
}).flatMap(([decimals, codes]) =>
  codes.split(/\s+/).map((currency) => ({ currency, decimals: Number(decimals) })),
);

/** What the message about an order says of its total, without the currency's sign and name. */
function totalIn(total: unknown): string {
  const sample = sampleEvent("order.placed");
  const parsed = parseEvent({ ...sample, data: { ...sample.data, order: { ...sample.data.order, total } } });
  const [intent] = parsed.ok ? intentsOf(parsed.event, starterRules) : [];
  const [digits] = /\d[\d,.]*/.exec(intent?.params["order_total"] ?? "") ?? [];
  return digits?.replaceAll(",", "") ?? "no amount";
}

describe.each(CURRENCIES)(
  "$currency, which has $decimals decimals in ISO 4217,",
  ({ currency, decimals }) => {
    test("is written as its minor units say, whatever the runtime knows of it (D 4.1)", () => {
      const digits = "123456789";
      const whole = digits.slice(0, digits.length - decimals);
      const written = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
      expect(totalIn({ amount: Number(digits), currency })).toBe(written);
      expect(moneyFromMajorUnits(written, currency)).toEqual({ amount: Number(digits), currency });
      expect(totalIn(moneyFromMajorUnits(written, currency.toLowerCase()))).toBe(written);
    });
  },
);
