/** What a person can act on: printed as it is, without a stack, and the exit code is 1. */
export class Failure extends Error {
  /** Further lines, such as one a field at fault. */
  readonly lines: readonly string[];
  /** The same for a program, where there is more to tell than a sentence. */
  readonly document: unknown;

  constructor(sentence: string, { lines = [], document = { detail: sentence }, cause }: FailureOptions = {}) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = "Failure";
    this.lines = lines;
    this.document = document;
  }
}

interface FailureOptions {
  readonly lines?: readonly string[];
  readonly document?: unknown;
  readonly cause?: unknown;
}

/** The command was not understood: the exit code is 2. */
export class WrongUsage extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "WrongUsage";
  }
}
