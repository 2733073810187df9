import { useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import {
  createAdminClient,
  createHostClient,
  MappingPage,
  MessagesPage,
  OrderWidget,
  SettingsPage,
  WebxkeyAdmin,
} from "../src/index.ts";
import { plainUiKit } from "../src/plain/index.ts";
import { NOW } from "./example-shop.ts";
import { PSEUDO_CATALOG, PSEUDO_LOCALE } from "./pseudo.ts";

/** `?locale=en-GB#messages`: the language, and the page as a path in the hash. */
const locale = new URLSearchParams(location.search).get("locale") ?? "en";
const client = createAdminClient({ baseUrl: "/" });
const host = createHostClient({ baseUrl: "/" });

const CATALOGS = { [PSEUDO_LOCALE]: PSEUDO_CATALOG };
const exampleTime = () => NOW;

function usePath(): string[] {
  const hash = useSyncExternalStore(
    (changed) => {
      addEventListener("hashchange", changed);
      return () => removeEventListener("hashchange", changed);
    },
    () => location.search + location.hash,
  );
  return hash.slice(hash.indexOf("#") + 1).split("/");
}

function showOnly(filter: string | null) {
  const url = new URL(location.href);
  if (filter === null) url.searchParams.delete("show");
  else url.searchParams.set("show", filter);
  history.replaceState(null, "", url);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

function go(path: string) {
  location.hash = path;
}

function Preview() {
  const [page = "", ref = ""] = usePath();
  return (
    <WebxkeyAdmin
      client={client}
      kit={plainUiKit}
      locale={locale}
      catalogs={CATALOGS}
      timeZone="Asia/Colombo"
      now={exampleTime}
      access={host.access}
    >
      <main>
        <Page page={page} reference={ref} />
      </main>
    </WebxkeyAdmin>
  );
}

function Page({ page, reference }: { page: string; reference: string }) {
  if (page === "settings") return <SettingsPage host={host} rolesAreHosts={reference === "host-roles"} />;
  if (page === "mapping") return <MappingPage client={host.mapping} />;
  const navigation = {
    filter: new URLSearchParams(location.search).get("show"),
    setFilter: showOnly,
    openMessage: (messageId: string) => go(`message/${messageId}`),
    messageHref: (messageId: string) => `#message/${messageId}`,
    back: () => go("messages"),
    openList: (filter: string) => {
      showOnly(filter);
      go("messages");
    },
    settings: { href: "#settings", open: () => go("settings") },
    entityPlace: ({ ref }: { ref: string }) => ({
      href: `#order/${ref}`,
      open: () => go(`order/${ref}`),
    }),
  };
  if (page === "order")
    return (
      <div style={{ maxInlineSize: "26rem", padding: "1rem" }}>
        <h1>Order</h1>
        <OrderWidget entityType="order" entityRef={reference} navigation={navigation} />
      </div>
    );
  return <MessagesPage navigation={{ ...navigation, messageId: page === "message" ? reference : null }} />;
}

const root = document.getElementById("root");
if (root) createRoot(root).render(<Preview />);
