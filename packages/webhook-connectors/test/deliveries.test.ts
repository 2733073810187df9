import { type Delivery, type Secret, secret, type Told } from "@webxkey/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PLATFORMS } from "./platforms/index.ts";
import { connectorOf, hostOf, NOW, type Platform } from "./platforms/platform.ts";

/** Written once and run for every connector: what each kind of delivery comes to. */

function first(platform: Platform): Delivery {
  const [[body, topic] = [{}]] = platform.sameActs;
  return platform.delivery(JSON.stringify(body), topic);
}

function withHeaders(delivery: Delivery, headers: Readonly<Record<string, string>>): Delivery {
  const all = new Headers(delivery.headers);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return { ...delivery, headers: all };
}

function factsIn(platform: Platform, told: Told) {
  if (told.kind !== "acts") return [];
  const connector = connectorOf(platform);
  return told.acts.flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload));
}

function keysIn(platform: Platform, delivery: Delivery): string[] {
  return factsIn(platform, platform.connector.told(delivery)).map(({ key }) => key);
}

function flipped(bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const last = changed.length - 2;
  changed[last] = (changed[last] ?? 0) ^ 1;
  return changed;
}

const DEEP = `${"[".repeat(33)}${"]".repeat(33)}`;
const BROKEN: readonly (readonly [string, (body: string) => string | Uint8Array])[] = [
  ["nothing", () => ""],
  ["half of it", (body) => body.slice(0, body.length / 2)],
  ["a text", () => '"order"'],
  ["null", () => "null"],
  ["a list of lists", () => "[[]]"],
  ["brackets 33 deep", () => DEEP],
  ["depth below a field", (body) => body.replace("{", `{"deep":${DEEP},`)],
  ["a key __proto__", (body) => body.replace("{", '{"__proto__":{"id":1},')],
  ["a key constructor", (body) => body.replace("{", '{"constructor":{"id":1},')],
  ["a key twice", (body) => body.replace("{", '{"twice":1,"twice":2,')],
  ["bytes that are no UTF-8", (body) => Buffer.concat([Buffer.from(body), Buffer.from([0xff])])],
];

describe.each(PLATFORMS.map((platform) => [platform.connector.id, platform] as const))(
  "a delivery of %s",
  (_id, platform) => {
    const { connector, signs } = platform;

    test("that is valid tells of its acts", () => {
      const told = connector.told(first(platform));
      expect(told.kind).toBe("acts");
      expect(factsIn(platform, told).length).toBeGreaterThan(0);
    });

    test("that comes again gives the same facts", () => {
      const delivery = first(platform);
      const facts = factsIn(platform, connector.told(delivery));
      expect(factsIn(platform, connector.told(delivery))).toEqual(facts);
    });

    test("gives the same facts under each topic that tells of the same, in whatever order they come", () => {
      const [keys = [], ...others] = platform.sameActs.map(([body, topic]) =>
        keysIn(platform, platform.delivery(JSON.stringify(body), topic)),
      );
      expect(keys.length).toBeGreaterThan(0);
      for (const other of others) expect(other).toEqual(keys);
    });

    test.each(BROKEN)("that is malformed says so: %s", (_how, spoil) => {
      const [[body, topic] = [{}]] = platform.sameActs;
      expect(connector.told(platform.delivery(spoil(JSON.stringify(body)), topic))).toEqual({
        kind: "malformed",
      });
    });

    if (platform.unknown) {
      const [body, topic] = platform.unknown;
      test("about something that is not told of says what it was about", () => {
        const told = connector.told(platform.delivery(JSON.stringify(body), topic));
        expect(told).toMatchObject({ kind: "unknown_topic", topic: expect.stringMatching(/^\S.{0,99}$/) });
      });
    }

    test("with a huge text in any field keeps no more than ids, states and times", () => {
      const [[body, topic] = [{}]] = platform.sameActs;
      for (const path of pathsOf(body)) {
        const huge = JSON.stringify(replaced(body, path, "x".repeat(200_000)));
        for (const fact of factsIn(platform, connector.told(platform.delivery(huge, topic)))) {
          expect(JSON.stringify(fact).length, path.join(".")).toBeLessThan(1_000);
        }
      }
    });

    test("of any JSON whatever neither throws nor keeps more than ids, states and times", () => {
      const [[body, topic] = [{}]] = platform.sameActs;
      const anything = fc.oneof(fc.anything(), fc.string({ unit: "binary" }));
      const spoiled = fc
        .tuple(fc.constantFrom(...pathsOf(body)), anything)
        .map(([path, value]) => replaced(body, path, value));
      fc.assert(
        fc.property(fc.oneof(fc.anything(), spoiled), (value) => {
          const delivery = platform.delivery(JSON.stringify(value) ?? "", topic);
          const facts = factsIn(platform, connector.told(delivery));
          for (const fact of facts) expect(JSON.stringify(fact).length).toBeLessThan(1_000);
        }),
        { numRuns: 300 },
      );
    });

    if (!signs) {
      test("is not believed: its acts are read again, and what the platform does not say is not told", async () => {
        expect(connector.proof).toEqual({ kind: "read_again" });
        const told = connector.told(first(platform));
        expect(told).toMatchObject({ kind: "acts", entities: [] });
        const facts = factsIn(platform, told);
        expect(facts.length).toBeGreaterThan(0);
        for (const fact of facts) expect(await connectorOf(platform).read(fact, hostOf({}))).toBeNull();
      });
      return;
    }

    const { proof } = connector;
    if (proof.kind !== "signature") throw new Error(`${connector.id} signs and is not verified.`);
    const verify = (delivery: Delivery, secrets: readonly Secret[]) => proof.verify(delivery, secrets, NOW);
    const [current, older, strange] = signs.secrets;
    const active = [secret(current), secret(older)];
    const signed = (by: string, delivery = first(platform)) =>
      withHeaders(delivery, signs.sign(delivery, by));

    test("that the current secret signed is verified", () => {
      expect(verify(signed(current), active)).toBe(true);
    });

    test("that an older secret signed is verified while that one is active, and not afterwards", () => {
      expect(verify(signed(older), active)).toBe(true);
      expect(verify(signed(older), [secret(current)])).toBe(false);
    });

    test("that is forged is refused: another secret, none, or one that is empty", () => {
      expect(verify(signed(strange), active)).toBe(false);
      expect(verify(signed(current), [])).toBe(false);
      expect(verify(first(platform), active)).toBe(false);
    });

    test("is refused when a byte of its body changed", () => {
      const delivery = signed(current);
      expect(verify({ ...delivery, body: flipped(delivery.body) }, active)).toBe(false);
      expect(verify({ ...delivery, body: Buffer.concat([delivery.body, Buffer.from(" ")]) }, active)).toBe(
        false,
      );
    });

    test.each(signs.headers)(
      "is refused when its header %s is doubled, cut, longer, empty or in another encoding",
      (name) => {
        const delivery = signed(current);
        const value = delivery.headers.get(name) ?? "";
        const others = [
          `${value}, ${value}`,
          value.slice(0, -3),
          `${value}AAAA`,
          "",
          Buffer.from(value, "base64").toString("hex"),
          "\u00ff".repeat(44),
          "=".repeat(44),
        ];
        for (const other of others)
          expect(verify(withHeaders(delivery, { [name]: other }), active), other).toBe(false);
      },
    );

    test("is refused when every signature is missing", () => {
      const delivery = signed(current);
      for (const name of signs.headers) delivery.headers.delete(name);
      expect(verify(delivery, active)).toBe(false);
    });

    test("is refused when its signature is empty and the secret too", () => {
      const empty = connector.id === "cloudevents" ? "whsec_" : "";
      const delivery = first(platform);
      // The specification's own library refuses to sign so.
      const headers = empty === "" ? signs.sign(delivery, "") : signs.sign(delivery, current);
      expect(verify(withHeaders(delivery, headers), [secret(empty)])).toBe(false);
    });
  },
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}
