import { createHash } from "node:crypto";
import type { Store } from "./engine.ts";

export interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly comment: string | null;
}

export type Query = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Every column of a schema as the database has it, in the order in which they were made. */
export function columnsOf({ query }: { query: Query }, schema = "webxkey"): Promise<Column[]> {
  return query<Column>(
    `select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type,
       col_description(c.oid, a.attnum) as comment
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
     where n.nspname = $1 and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
     order by c.oid, a.attnum`,
    [schema],
  );
}

/** Every value of every table of a schema as bytes, with where it lies: what a dump would show. */
async function valuesOf(store: Store, schema = "webxkey"): Promise<{ place: string; bytes: Buffer }[]> {
  const found: { place: string; bytes: Buffer }[] = [];
  for (const { table, column, type } of await columnsOf(store, schema)) {
    const value = type === "bytea" ? `encode("${column}", 'hex')` : `"${column}"::text`;
    const rows = await store.query<{ value: string | null }>(
      `select ${value} as value from ${schema}."${table}"`,
    );
    for (const { value: text } of rows) {
      if (text === null) continue;
      found.push({
        place: `${table}.${column}`,
        bytes: type === "bytea" ? Buffer.from(text, "hex") : Buffer.from(text),
      });
    }
  }
  return found;
}

/** Where any of these texts stands in the tables, as text, as UTF-16 or in base64 of any alignment. */
export async function placesOf(store: Store, needles: readonly string[], schema?: string): Promise<string[]> {
  const forms = needles.flatMap((needle) => [
    Buffer.from(needle),
    Buffer.from(needle, "utf16le"),
    ...[0, 1, 2].map((shift) => base64Core(needle, shift)),
  ]);
  const values = await valuesOf(store, schema);
  return values.filter(({ bytes }) => forms.some((form) => bytes.includes(form))).map(({ place }) => place);
}

/** The characters of a base64 text that are the same whatever stands before and behind. */
function base64Core(needle: string, shift: number): Buffer {
  const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(needle)]).toString("base64");
  const from = Math.ceil((shift * 8) / 6);
  const until = Math.floor(((shift + Buffer.byteLength(needle)) * 8) / 6);
  return Buffer.from(text.slice(from, until));
}

/** A hash a table: equal fingerprints, equal contents. */
export async function fingerprintOf(
  store: Pick<Store, "query">,
  tables: readonly string[],
): Promise<Record<string, string>> {
  const prints: Record<string, string> = {};
  for (const table of tables) {
    const rows = await store.query<{ row: string }>(
      `select t::text as row from webxkey."${table}" t order by 1`,
    );
    prints[table] = createHash("sha256").update(JSON.stringify(rows)).digest("hex");
  }
  return prints;
}

const DATA_MAP_HEAD = `# Data map

Every column of the engine's tables with its privacy tag, made from the comments in the database. The test "the data map shows
the tables as they are" compares this page with them; \`pnpm --filter @webxkey/engine-tests exec vitest run storage --update\`
writes it anew.

| tag | what the column holds |
|---|---|
| none | nothing about a person |
| pseudonym | a random reference that leads to a person while the mapping exists |
| lookup | a keyed hash of an identity: personal data, useless without the key |
| sealed | values encrypted under the person's key |
| secret | values encrypted under the workspace's key |
| raw | values encrypted under the installation's key, because the person is not known yet |
| staff | a reference to one of the client's own users |
| business | the client's own data |
| key | a wrapped key |

"Erasure" says what happens to the column of an erased person's row. The keys lie in the schema
\`webxkey_keys\`, which may be in another database.
`;

/** The page docs/reference/data-map.md, as the databases' own comments tell it. */
export async function dataMapOf(engine: { query: Query }, keys: { query: Query }): Promise<string> {
  return [
    DATA_MAP_HEAD,
    ...(await sectionsOf(engine, "webxkey")),
    ...(await sectionsOf(keys, "webxkey_keys")),
  ].join("\n");
}

async function sectionsOf(on: { query: Query }, schema: string): Promise<string[]> {
  const tables = Map.groupBy(await columnsOf(on, schema), ({ table }) => table);
  tables.delete("migrations");
  const sections: string[] = [];
  for (const [table, columns] of tables) {
    const [described] = await on.query<{ text: string | null }>(
      `select obj_description('${schema}.${table}'::regclass, 'pg_class') as text`,
    );
    const rows = columns.map(({ column, type, comment }) => {
      const [tag = "", erasure = ""] = (comment ?? "").split("; erase: ");
      return `| ${column} | ${type} | ${tag} | ${erasure} |`;
    });
    const head = [`## ${schema}.${table}`, ...(described?.text ? [described.text] : [])].join("\n\n");
    sections.push(`${head}\n\n| column | type | tag | erasure |\n|---|---|---|---|\n${rows.join("\n")}\n`);
  }
  return sections;
}
