import { afterEach, describe, expect, it } from "vitest";
import { postgres } from "./postgres.ts";

const before = process.env["PGHOST"];
afterEach(() => {
  if (before === undefined) delete process.env["PGHOST"];
  else process.env["PGHOST"] = before;
});

describe("postgres", () => {
  it.each([
    "postgres://webxkey:pw@localhost:5432/shop",
    "postgres://127.0.0.1/shop",
    "postgresql://[::1]:5432/shop",
    "postgres://webxkey@localhost/shop?host=/var/run/postgresql",
    "postgres://localhost/shop?host=/cloudsql/project:region:db",
    "postgres:///shop",
    "/var/run/postgresql shop",
    "postgres://db.example/shop?sslmode=verify-full",
    "postgres://db.example/shop?sslmode=disable&sslmode=verify-full",
  ])("takes %s", (connectionString) => {
    expect(postgres({ connectionString }).name).toBe("postgres");
  });

  it.each([
    ["without TLS", "postgres://webxkey:pw@db.example:5432/shop"],
    ["by its address", "postgres://10.0.0.7/shop"],
    ["with TLS that verifies nothing", "postgres://db.example/shop?sslmode=no-verify"],
    ["with TLS that does not verify the name", "postgres://db.example/shop?sslmode=require"],
    ["named by a parameter", "postgres://localhost/shop?host=db.example"],
    ["whose second sslmode counts", "postgres://db.example/shop?sslmode=verify-full&sslmode=disable"],
    ["that only begins like this machine", "postgres://localhost.example/shop"],
    ["that only begins like its address", "postgres://127.0.0.1.example/shop"],
  ])("refuses a remote host %s, and says what to add", (_how, connectionString) => {
    expect(() => postgres({ connectionString })).toThrow("Add ?sslmode=verify-full to DATABASE_URL.");
    const local = "postgres://localhost/shop";
    expect(() => postgres({ connectionString: local, keysConnectionString: connectionString })).toThrow(
      "its certificate is not verified",
    );
  });

  it("refuses a remote host that the environment names", () => {
    process.env["PGHOST"] = "db.example";
    expect(() => postgres({ connectionString: "postgres:///shop" })).toThrow("sslmode=verify-full");
  });

  it.each(["", "db.example", "host=db.example dbname=shop"])(
    "refuses %j, which is no URL",
    (connectionString) => {
      expect(() => postgres({ connectionString })).toThrow(
        "DATABASE_URL is not a URL. Write it as postgres://",
      );
    },
  );

  it("shows no password in what it says", () => {
    const connectionString = "postgres://webxkey:hunter2@db.example/shop";
    expect(() => postgres({ connectionString })).toThrow(/^(?!.*hunter2)/s);
  });
});
