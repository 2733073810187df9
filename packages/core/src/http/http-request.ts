/** What the handler reads of a request: a web-standard `Request` fits, and so does what a host's server already holds. */
export interface HttpRequest {
  readonly method: string;
  /** Whole; only path and query are looked at. */
  readonly url: string;
  readonly headers: Headers;
  /** Where the connection comes from; a proxy's, where there is one. */
  readonly address?: string | undefined;
  /** The bytes as they came, read once. Each piece is the reader's own, who gives its memory back. */
  readonly body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | null;
}
