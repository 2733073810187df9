/**
 * Gives a byte array's memory back at once. Left to the collector, what strangers send piles up faster than it is collected:
 * bytes outside of V8's heap hardly count among its reasons to collect. Whoever reads the array afterwards finds it empty.
 * An array that shares its memory with others is left alone.
 */
export function releaseBytes({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}
