import { type App, OWNER } from "./open-app.ts";

/** An application that answers on this address. */
export type Reached = Pick<App, "url">;

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export type Api = <Body = unknown>(method: string, path: string, body?: unknown) => Promise<Answer<Body>>;

/** Calls an application with these headers; a body goes and comes as JSON. */
export function createApi(app: Reached, headers: Record<string, string> = {}): Api {
  return async (method, path, body) => {
    const response = await fetch(`${app.url}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? null : JSON.parse(text),
    };
  };
}

/** The first administrator, who is the owner that the plugin's configuration names. */
export async function registerOwner(app: Reached): Promise<Api> {
  const { body } = await createApi(app)<{ data: { token: string } }>("POST", "/admin/register-admin", {
    ...OWNER,
    firstname: "Tea",
    lastname: "Owner",
  });
  return createApi(app, { authorization: `Bearer ${body.data.token}` });
}

/** The owner on another process of the same application. */
export async function signInOwner(app: Reached): Promise<Api> {
  const { body } = await createApi(app)<{ data: { token: string } }>("POST", "/admin/login", OWNER);
  return createApi(app, { authorization: `Bearer ${body.data.token}` });
}

export interface Colleague {
  readonly email: string;
  readonly password: string;
  /** Actions of the plugin that the colleague's own role of Strapi has. */
  readonly actions: readonly string[];
}

/** Somebody with a role of Strapi that has these permissions and no other. */
export async function signInColleague(app: App, { email, password, actions }: Colleague): Promise<Api> {
  const { strapi } = app;
  const role = await strapi.service("admin::role").create({ name: email, description: "" });
  await strapi.service("admin::role").assignPermissions(
    role.id,
    actions.map((action) => ({ action, subject: null, properties: {}, conditions: [] })),
  );
  await strapi
    .service("admin::user")
    .create({ email, password, firstname: "Some", lastname: "Body", isActive: true, roles: [role.id] });
  const { body } = await createApi(app)<{ data: { token: string } }>("POST", "/admin/login", {
    email,
    password,
  });
  return createApi(app, { authorization: `Bearer ${body.data.token}` });
}
