import { createApi } from "@webxkey/demo-kit/process";
import { OWNER } from "./strapi-process.ts";

export type Admin = Awaited<ReturnType<typeof signIn>>;

/** What a storefront may do with orders. */
const STOREFRONT_PERMISSIONS = ["create", "find", "findOne", "update"].map(
  (action) => `api::order.order.${action}`,
);

/** Signs in to Strapi's admin; in a store without an administrator, as the first visitor who makes an account. */
export async function signIn(url: string, { email, password } = OWNER) {
  const visitor = createApi(url);
  const { data: store } = await visitor.get<{ data: { hasAdmin: boolean } }>("/admin/init");
  const { data } = store.hasAdmin
    ? await visitor.post<{ data: { token: string } }>("/admin/login", { email, password })
    : await visitor.post<{ data: { token: string } }>("/admin/register-admin", {
        email,
        password,
        firstname: "Lucky",
        lastname: "Shrub",
      });
  const { token } = data;
  const api = createApi(url, { authorization: `Bearer ${token}` });

  /** As Settings, API Tokens makes one for a storefront: it may do what orders need and nothing else. */
  async function createApiToken(): Promise<string> {
    const { data } = await api.post<{ data: { accessKey: string } }>("/admin/api-tokens", {
      name: `storefront-${performance.now()}`,
      description: "",
      type: "custom",
      lifespan: null,
      permissions: STOREFRONT_PERMISSIONS,
    });
    return data.accessKey;
  }

  return {
    /** For routes of Strapi's admin and of plugins in it. */
    api,
    token,
    createApiToken,
  };
}
