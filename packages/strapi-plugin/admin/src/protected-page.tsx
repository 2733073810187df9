import { Page } from "@strapi/strapi/admin";
import type { HostClient } from "@webxkey/admin-kit";
import type { ReactNode } from "react";
import { PERMISSIONS } from "./permissions.ts";
import { Webxkey } from "./webxkey.tsx";

/** A whole page of the admin, for those whom Strapi's permissions let in. */
export function ProtectedPage({
  title,
  children,
}: {
  title: string;
  children: (host: HostClient) => ReactNode;
}) {
  return (
    <Page.Protect permissions={PERMISSIONS}>
      <Page.Title>{title}</Page.Title>
      <Page.Main>
        <Webxkey>{children}</Webxkey>
      </Page.Main>
    </Page.Protect>
  );
}
