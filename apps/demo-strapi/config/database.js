// SQLite in a file, or the PostgreSQL that DATABASE_URL names.
module.exports = ({ env }) =>
  env("DATABASE_URL")
    ? { connection: { client: "postgres", connection: { connectionString: env("DATABASE_URL") } } }
    : {
        connection: {
          client: "sqlite",
          connection: { filename: env("DATABASE_FILENAME", ".tmp/data.db") },
          useNullAsDefault: true,
        },
      };
