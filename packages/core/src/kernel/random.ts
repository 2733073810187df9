import { randomBytes } from "node:crypto";

const POOL_BYTES = 8 * 1024;
let pool = Buffer.alloc(0);

/**
 * Random bytes that nobody else gets, for salts and initialisation vectors. They are drawn from the system many at a time: a
 * draw costs more than sealing a value. Keys and tokens draw their own.
 */
export function pooledRandomBytes(count: number): Buffer {
  if (pool.length < count) pool = randomBytes(Math.max(count, POOL_BYTES));
  const taken = pool.subarray(0, count);
  pool = pool.subarray(count);
  return taken;
}
