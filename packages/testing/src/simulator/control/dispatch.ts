import { SimulatorError } from "../simulator-error.ts";
import { CONTROL_ROUTES, type ControlContext, type ControlRoute } from "./routes.ts";

/** Runs one control call: for the HTTP server and for clients in the same process alike. */
export async function dispatchControl(
  context: ControlContext,
  method: string,
  target: string,
  body: unknown,
): Promise<unknown> {
  const [path = "", query = ""] = target.split("?");
  for (const route of CONTROL_ROUTES) {
    const key = route.method === method ? match(route, path) : undefined;
    if (key !== undefined)
      return await route.run({ ...context, key, query: new URLSearchParams(query), body });
  }
  throw new SimulatorError(404, `${method} /_simulator${path} is not a route. GET /_simulator/ lists them.`);
}

/** The part of the path that the braces stand for, an empty string where there are none. */
function match(route: ControlRoute, path: string): string | undefined {
  const [before = "", after] = route.path.split(/\{[a-z]+\}/);
  if (after === undefined) return path === before || path === `${before}/` ? "" : undefined;
  if (!path.startsWith(before) || !path.endsWith(after)) return undefined;
  const key = decodeURIComponent(path.slice(before.length, path.length - after.length));
  return key === "" || key.includes("/") ? undefined : key;
}
