/** Strapi's `database.connection`, as far as it is looked at. */
export interface ConnectionConfig {
  readonly client?: string;
  readonly connection?: {
    readonly connectionString?: string;
    readonly host?: string;
    readonly port?: number | string;
    readonly database?: string;
    readonly user?: string;
    readonly password?: string;
    readonly ssl?: unknown;
  };
}

/** The application's own PostgreSQL as a URL; undefined where it is another database. Pure. */
export function hostDatabaseUrl({ client, connection }: ConnectionConfig = {}): string | undefined {
  if (client !== "postgres" || !connection) return undefined;
  if (connection.connectionString) return connection.connectionString;
  const { host, port, database, user, password, ssl } = connection;
  if (!host || !database) return undefined;
  const url = new URL("postgresql://localhost");
  url.hostname = host;
  url.port = String(port ?? "");
  url.pathname = `/${encodeURIComponent(database)}`;
  url.username = encodeURIComponent(user ?? "");
  url.password = encodeURIComponent(password ?? "");
  // The engine opens no connection to another machine that nobody verified.
  if (ssl) url.searchParams.set("sslmode", "verify-full");
  return url.href;
}
