// What differs from test to test comes from the environment.
module.exports = ({ env }) =>
  env("TEST_POSTGRES_URL")
    ? { connection: { client: "postgres", connection: { connectionString: env("TEST_POSTGRES_URL") } } }
    : {
        connection: {
          client: "sqlite",
          connection: { filename: env("TEST_SQLITE_FILE") },
          useNullAsDefault: true,
        },
      };
