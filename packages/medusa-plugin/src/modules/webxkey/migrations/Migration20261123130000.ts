import { Migration } from "@medusajs/framework/mikro-orm/migrations";

export class Migration20261123130000 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `create table if not exists "webxkey_intake_fact" ("id" text not null, "type" text not null, "entity_id" text not null, "state" text null, "occurred_at" timestamptz null, "received_at" timestamptz not null, "do_not_notify" boolean not null default false, "origin" text check ("origin" in ('push', 'sweep')) not null, "attempts" integer not null default 0, "due_at" timestamptz not null, "done_at" timestamptz null, "parked_at" timestamptz null, "outcome" text null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "webxkey_intake_fact_pkey" primary key ("id"));`,
    );
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_webxkey_intake_fact_deleted_at" ON "webxkey_intake_fact" ("deleted_at") WHERE deleted_at IS NULL;`,
    );
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_webxkey_intake_fact_due_at" ON "webxkey_intake_fact" ("due_at") WHERE done_at IS NULL AND parked_at IS NULL AND deleted_at IS NULL;`,
    );
    this.addSql(
      `create table if not exists "webxkey_sweep_cursor" ("id" text not null, "swept_until" timestamptz not null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "webxkey_sweep_cursor_pkey" primary key ("id"));`,
    );
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_webxkey_sweep_cursor_deleted_at" ON "webxkey_sweep_cursor" ("deleted_at") WHERE deleted_at IS NULL;`,
    );
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "webxkey_intake_fact" cascade;`);
    this.addSql(`drop table if exists "webxkey_sweep_cursor" cascade;`);
  }
}
