/** As long as a start may take: the first request to an engine waits until its storage is made. */
const REQUEST_MS_MAX = 120_000;

export type Api = {
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body?: object): Promise<Answer>;
  put<Answer>(path: string, body: object): Promise<Answer>;
  patch<Answer>(path: string, body: object): Promise<Answer>;
};

/** The store answered a request with an error; `status` and `body` are what it said. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: string;

  constructor(request: string, status: number, body: string) {
    super(`${request} was answered ${status}: ${body}`);
    this.name = "ApiError";
    this.status = status;
    this.body = body;
  }
}

/** Talks JSON to one HTTP API. The answers are trusted to have the type that the caller names. */
export function createApi(baseUrl: string, headers: Record<string, string> = {}): Api {
  async function send<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: { ...headers, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, text);
    // Medusa answers some requests with the word "Created".
    const isJson = response.headers.get("content-type")?.includes("json");
    return (isJson ? JSON.parse(text) : undefined) as Answer;
  }
  return {
    get: (path) => send("GET", path),
    post: (path, body = {}) => send("POST", path, body),
    put: (path, body) => send("PUT", path, body),
    patch: (path, body) => send("PATCH", path, body),
  };
}
