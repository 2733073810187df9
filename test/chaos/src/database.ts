import { createDatabase, startPostgres } from "@webxkey/test-postgres";
import pg from "pg";

export type Query = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** A PostgreSQL of this run alone, which may be killed and restarted, and a look into it from beside the engine. */
export type Database = AsyncDisposable & {
  readonly connectionString: string;
  readonly query: Query;
  /** `kill -9` of the postmaster, then a start on the same data. Resolves with the milliseconds of the start. */
  crash(): Promise<number>;
  /** A fast shutdown in order, then a start. Resolves with the milliseconds of the whole. */
  restart(): Promise<number>;
};

const START_TRIES = 5;

export async function openDatabase(options: { readonly durable: boolean }): Promise<Database> {
  const server = await startPostgres(options);
  const connectionString = await createDatabase(server.url);
  const pool = new pg.Pool({ connectionString, max: 2 });
  pool.on("error", () => undefined);
  // The backends of a killed postmaster need a moment to notice, and hold its shared memory until then.
  const start = async (): Promise<number> => {
    const startedAt = performance.now();
    for (let tries = 1; ; tries += 1) {
      try {
        await server.restart();
        return Math.round(performance.now() - startedAt);
      } catch (error) {
        if (tries === START_TRIES) throw error;
      }
    }
  };
  return {
    connectionString,
    query: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await pool.query(text, [...values])).rows as Row[],
    async crash() {
      await server.kill("SIGKILL");
      return await start();
    },
    restart: start,
    async [Symbol.asyncDispose]() {
      await pool.end();
      await server.stop();
    },
  };
}
