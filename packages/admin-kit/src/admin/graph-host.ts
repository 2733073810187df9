export interface GraphHost {
  readonly kind: "meta" | "simulator" | "other";
  /** Host and port, or what was configured where it is no URL. */
  readonly host: string;
}

const META = "https://graph.facebook.com";
const LOOPBACK = /^((.+\.)?localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whom the engine talks to: Meta, a simulator (any loopback host), or something else that people should know of. */
export function graphHost(graphUrl: string): GraphHost {
  if (!URL.canParse(graphUrl)) return { kind: "other", host: graphUrl };
  const url = new URL(graphUrl);
  if (url.origin === META) return { kind: "meta", host: url.host };
  return { kind: LOOPBACK.test(url.hostname) ? "simulator" : "other", host: url.host };
}
