import { expect, test } from "vitest";
import { hostDatabaseUrl } from "./host-database-url.ts";

test("makes a URL of the parts that Strapi is configured with, whatever characters are in them", () => {
  const connection = {
    host: "db.example",
    port: 5433,
    database: "shop",
    user: "shop@one",
    password: "a:b/c?d",
  };
  expect(hostDatabaseUrl({ client: "postgres", connection })).toBe(
    "postgresql://shop%40one:a%3Ab%2Fc%3Fd@db.example:5433/shop",
  );
});

test("asks for a verified server where Strapi speaks TLS", () => {
  const connection = { host: "db.example", database: "shop", ssl: { rejectUnauthorized: false } };
  expect(hostDatabaseUrl({ client: "postgres", connection })).toMatch(/sslmode=verify-full$/);
});

test("takes a connection string as it is, and no other database", () => {
  const connection = { connectionString: "postgres://127.0.0.1/shop", filename: "data.db" };
  expect(hostDatabaseUrl({ client: "postgres", connection })).toBe("postgres://127.0.0.1/shop");
  expect(hostDatabaseUrl({ client: "sqlite", connection })).toBeUndefined();
});
