interface SignIn {
  /** The access token that Strapi gave; null while nobody is signed in. */
  token(): string | null;
  /** Has Strapi give a new one. Rejects where the session is over. */
  renew(): Promise<unknown>;
}

/**
 * Sends as Strapi's own client does, which cannot be used itself: of an answer that is no success it keeps only what it
 * knows, and not the problem that says what to do.
 */
export function signedFetch({ token, renew }: SignIn): (request: Request) => Promise<Response> {
  function signed(request: Request): Request {
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${token() ?? ""}`);
    return new Request(request, { headers });
  }
  return async (request) => {
    const again = request.clone();
    const answer = await fetch(signed(request));
    if (answer.status !== 401) return answer;
    const isRenewed = await renew().then(
      () => true,
      () => false,
    );
    return isRenewed ? fetch(signed(again)) : answer;
  };
}
