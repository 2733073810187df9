import { demoAccount, type GraphSimulator } from "@webxkey/testing";
import {
  connectDemo,
  type Engine,
  openStore,
  type Store,
  type StoreName,
  shared,
  startEngine,
} from "./engine.ts";
import { quietSimulator } from "./webhooks.ts";

/** Another business with a Meta app, an account and a number of its own. Its secrets are made up. */
export const cafe = {
  workspaceId: "cafe",
  app: { id: "555000444555666", name: "Cafe messaging", secret: "cafe_app_secret" },
  portfolio: { id: "506914307656635", name: "Cafe" },
  waba: { id: "102290129340399", name: "Cafe" },
  number: { id: "106540352242923", displayPhoneNumber: "+1 555 078 3882", verifiedName: "Cafe" },
  token: { value: "SIM_TOKEN_cafe" },
} as const;

interface Credentials {
  readonly waba_id: string;
  readonly phone_number_id: string;
  readonly app_id: string;
  readonly app_secret: string;
  readonly access_token: string;
}

type Account = Readonly<Record<"app", { id: string; secret: string }>> &
  Readonly<Record<"waba" | "number", { id: string }>> & { readonly token: { value: string } };

/** What the settings page posts to connect a number. */
export function credentialsOf({ app, waba, number, token }: Account): Credentials {
  return {
    waba_id: waba.id,
    phone_number_id: number.id,
    app_id: app.id,
    app_secret: app.secret,
    access_token: token.value,
  };
}

export async function seedCafe(simulator: GraphSimulator): Promise<void> {
  const { app, portfolio, waba, number, token } = cafe;
  await simulator.seed({
    apps: [{ ...app }],
    portfolios: [{ ...portfolio }],
    wabas: [{ ...waba, portfolioId: portfolio.id }],
    numbers: [{ ...number, wabaId: waba.id }],
    tokens: [{ ...token, appId: app.id, wabaIds: [waba.id] }],
    templates: demoAccount.templates
      .filter(({ language }) => language === "en")
      .map(({ id, parameters: _, ...template }, index) => ({
        ...template,
        id: String(880_000_000_000 + index),
        wabaId: waba.id,
      })),
  });
}

/** Two workspaces of one installation, each with its own Meta app: `shop` and `cafe`. */
export interface TwoClients extends AsyncDisposable {
  readonly simulator: GraphSimulator;
  readonly store: Store;
  readonly shop: Engine;
  readonly cafe: Engine;
}

export async function openTwoClients(name: StoreName): Promise<TwoClients> {
  await using opened = new AsyncDisposableStack();
  const simulator = opened.use(await quietSimulator());
  await seedCafe(simulator);
  const store = opened.use(await openStore(name));
  const storage = opened.use(shared(store.option()));
  const shop = opened.use(await startEngine({ storage, simulator }));
  const other = opened.use(await startEngine({ storage, simulator, workspaceId: cafe.workspaceId }));
  await connectDemo(shop);
  const connected = await other.call("POST", "/v1/senders", credentialsOf(cafe));
  if (connected.status !== 201) throw new Error(`connecting answered ${JSON.stringify(connected)}`);
  const rule = await other.call("PUT", "/v1/rules/order-confirmation", { active: true });
  if (rule.status !== 200) throw new Error(`the rule answered ${JSON.stringify(rule)}`);
  const all = opened.move();
  return { simulator, store, shop, cafe: other, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
