/** Freezes plain data to its last leaf, so that strict-mode code that writes to it throws. */
export function deepFrozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFrozen(inner);
  return value;
}

/** A host whose every answer is frozen: data at once, what promises and functions give as well, services inside and out. */
export function guarded<T>(host: T): T {
  if (typeof host === "function") {
    return new Proxy(host, {
      apply: (target, self, args) => guarded(Reflect.apply(target as () => unknown, self, args)),
    });
  }
  if (host instanceof Promise) return host.then(guarded) as T;
  if (typeof host !== "object" || host === null) return host;
  if (isData(host)) return deepFrozen(host);
  return new Proxy(host, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      return guarded(typeof value === "function" ? value.bind(target) : value);
    },
  });
}

/** Arrays and object literals all the way down; anything with behaviour is a service. */
function isData(value: unknown): boolean {
  if (typeof value === "function") return false;
  if (typeof value !== "object" || value === null || value instanceof Date) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return false;
  return Object.values(value).every(isData);
}
