const LOOPBACK_IPV4 = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const CALLBACK_CHARACTERS_MAX = 200;

/**
 * Why this callback URL is refused, or undefined. The simulator posts to this machine only; the URL parser has
 * already turned decimal, octal and hexadecimal addresses into their plain form.
 */
// behaviour: loopback-callbacks-only
export function callbackUrlProblem(text: string): string | undefined {
  if (text.length > CALLBACK_CHARACTERS_MAX)
    return `the URL has more than ${CALLBACK_CHARACTERS_MAX} characters`;
  if (!URL.canParse(text)) return "it is not a URL";
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return "only http and https are known";
  if (url.username || url.password) return "a URL with a user name is not accepted";
  const isLoopback =
    url.hostname === "localhost" || url.hostname === "[::1]" || LOOPBACK_IPV4.test(url.hostname);
  return isLoopback
    ? undefined
    : "this simulator delivers to this machine only (127.0.0.1, localhost or [::1])";
}
