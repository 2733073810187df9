import { createContext, useContext } from "react";
import type { AdminClient } from "../client/admin-client.ts";
import type { Access } from "../client/host-client.ts";
import type { I18n } from "../i18n/i18n.ts";
import type { UiKit } from "../ui-kit/ui-kit.ts";

/** What every page is given by its host. */
export interface Admin {
  readonly kit: UiKit;
  readonly client: AdminClient;
  readonly i18n: I18n;
  readonly now: () => Date;
  /** Of hosts that hide nothing from who has no role: asked first. */
  readonly access: (() => Promise<Access>) | undefined;
}

export const AdminContext = createContext<Admin | null>(null);

export function useAdmin(): Admin {
  const admin = useContext(AdminContext);
  if (admin === null)
    throw new Error("Put the page inside <WebxkeyAdmin>: it brings the kit and the client.");
  return admin;
}
