const HIDDEN = "[secret]";
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** A value that cannot print itself: no log, JSON, template string or inspection shows it. */
export interface Secret<T = string> {
  /** The only way to the value; grep for it to see every use. */
  reveal(): T;
  toString(): string;
  toJSON(): string;
}

export function secret<T = string>(value: T): Secret<T> {
  return sealedBox(value, HIDDEN);
}

/** A box whose content lives in a closure, so that no enumeration or inspection reaches it. */
export function sealedBox<T>(value: T, shown: string): Secret<T> {
  const box = {
    reveal: () => value,
    toString: () => shown,
    toJSON: () => shown,
    [INSPECT]: () => shown,
    [Symbol.toPrimitive]: () => shown,
  };
  return Object.freeze(box);
}
