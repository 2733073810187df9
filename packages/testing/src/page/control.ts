import { byId } from "./element.ts";

const NOTICE_MS = 6_000;
let hideNotice = 0;

/** Calls the control API; a refusal is shown to the person and resolves with undefined. */
export async function control<T>(method: string, path: string, body?: object): Promise<T | undefined> {
  const response = await fetch(`/_simulator${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (response.ok) return answer as T;
  notify(answer.detail ?? `The simulator answered ${response.status}.`);
  return undefined;
}

/** A short word at the foot of the page. */
export function notify(text: string): void {
  const notice = byId("notice");
  notice.textContent = text;
  notice.hidden = false;
  clearTimeout(hideNotice);
  hideNotice = setTimeout(() => {
    notice.hidden = true;
  }, NOTICE_MS);
}
