import { contract } from "@webxkey/core/contract";

/** What no route is answers to this name, so that the addresses that strangers try do not fill the metrics. */
const OTHER = "other";
const WEBHOOK = "/v1/meta/webhook";
/** What stands behind both is a secret. */
const CONNECTORS = "/v1/connectors/";

/** The pattern of a path, such as `/v1/messages/{message_id}/timeline`: the only form in which paths are counted. */
export function routePattern(method: string, path: string): string {
  if (path === WEBHOOK || path.startsWith(`${WEBHOOK}/`)) return WEBHOOK;
  if (path.startsWith(CONNECTORS)) return `${CONNECTORS}{connection}`;
  if (path === ACCEPT) return ACCEPT;
  return PATTERNS.find((one) => one.matches(method, path))?.pattern ?? OTHER;
}

/** Not in the contract: who comes with an invitation is not a member yet. */
const ACCEPT = "/v1/invitations/accept";

const PATTERNS = routesOf(contract).map(({ method, path }) => {
  const expression = new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);
  return {
    pattern: path,
    matches: (asked: string, at: string) => asked === method && expression.test(at),
  };
});

interface Route {
  readonly method: string;
  readonly path: string;
}

function routesOf(router: object): Route[] {
  return Object.values(router).flatMap((entry: object) => {
    if (!("~orpc" in entry)) return routesOf(entry);
    const { route } = entry["~orpc"] as { route: { method?: string; path?: string } };
    return route.method && route.path ? [{ method: route.method, path: route.path }] : [];
  });
}
