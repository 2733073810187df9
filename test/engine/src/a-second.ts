/**
 * The bound of tests of what is promised within a second. The promise is for a machine of its own, WEBXKEY_P99_MS=1000; beside other
 * suites a busy machine takes its part. Without what keeps each of these promises it would be tens of seconds.
 */
export const A_SECOND_MS_MAX = Number(process.env["WEBXKEY_P99_MS"] ?? 5_000);
