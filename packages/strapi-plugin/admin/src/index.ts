import { Message } from "@strapi/icons";
import type { StrapiApp } from "@strapi/strapi/admin";
import { type EntryPanel, OrderPanel } from "./panel/panel.tsx";
import { MAPPING_PATH, MESSAGES_PATH, SETTINGS_PATH } from "./paths.ts";
import { PERMISSIONS } from "./permissions.ts";
import { PLUGIN_ID } from "./plugin-id.ts";

const label = (id: string, defaultMessage: string) => ({ id: `${PLUGIN_ID}.${id}`, defaultMessage });

/** The part of the content manager's API that is used here. */
interface ContentManager {
  addEditViewSidePanel(panels: readonly EntryPanel[]): void;
}

/** Strapi calls these when it builds its admin; every page is loaded when it is first opened. */
export default {
  register(app: Pick<StrapiApp, "registerPlugin" | "addMenuLink" | "addSettingsLink">) {
    app.registerPlugin({ id: PLUGIN_ID, name: PLUGIN_ID });
    app.addMenuLink({
      to: MESSAGES_PATH,
      icon: Message,
      intlLabel: label("messages", "WhatsApp"),
      permissions: PERMISSIONS,
      Component: () => import("./pages/messages.tsx"),
    });
    app.addSettingsLink({ id: PLUGIN_ID, intlLabel: label("section", "WhatsApp") }, [
      {
        id: `${PLUGIN_ID}-settings`,
        to: SETTINGS_PATH,
        intlLabel: label("settings", "Number and messages"),
        permissions: PERMISSIONS,
        Component: () => import("./pages/settings.tsx"),
      },
      {
        id: `${PLUGIN_ID}-mapping`,
        to: MAPPING_PATH,
        intlLabel: label("mapping", "Order mapping"),
        permissions: PERMISSIONS,
        Component: () => import("./pages/mapping.tsx"),
      },
    ]);
  },

  bootstrap(app: Pick<StrapiApp, "getPlugin">) {
    const { apis } = app.getPlugin("content-manager");
    (apis as unknown as ContentManager).addEditViewSidePanel([OrderPanel]);
  },
};
