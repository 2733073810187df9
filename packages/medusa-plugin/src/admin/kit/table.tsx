import { Table as MedusaTable } from "@medusajs/ui";
import type { TableProps } from "@webxkey/admin-kit";

/** Where there is no room for columns each row becomes a block, and each cell repeats its column's label. */
export const TABLE_STYLES = `
.webxkey-table-box { container-type: inline-size; }
.webxkey-table :is(td, th) { height: auto; padding-block: 0.625rem; vertical-align: top; text-align: start; font-weight: inherit; }
/* Medusa pads by left and right. */
.webxkey-table tr > :is(td, th):nth-child(n) { padding-inline: 0 1.5rem; }
.webxkey-table tr > :is(td, th):first-child:nth-child(n) { padding-inline-start: 1.5rem; }
.webxkey-table :is(code, time) { white-space: nowrap; }
.webxkey-table .webxkey-cell-label { display: none; }
@container (max-width: 40rem) {
  .webxkey-table, .webxkey-table :is(tbody, tr, td, th) { display: block; }
  .webxkey-table thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  /* Each nth-child(n) adds weight: against Medusa's padding of the first and the last cell of a row, and against the above. */
  .webxkey-table tbody tr > :is(th, td):nth-child(n):nth-child(n) { display: grid; grid-template-columns: minmax(5.5rem, 30%) minmax(0, 1fr); gap: 0.75rem; padding: 0.25rem 0; overflow-wrap: anywhere; }
  .webxkey-table code { white-space: normal; }
  .webxkey-table tbody tr { padding: 0.75rem; }
  .webxkey-table .webxkey-cell-label { display: block; }
}`;

/** The roles are spelt out: the narrow layout changes `display`, and with it browsers would forget that this is a table. */
export function Table({ caption, columns, rows }: TableProps) {
  return (
    <div className="webxkey-table-box">
      <MedusaTable role="table" className="webxkey-table">
        <caption className="sr-only">{caption}</caption>
        <MedusaTable.Header role="rowgroup">
          <MedusaTable.Row role="row">
            {columns.map(({ key, label }) => (
              <MedusaTable.HeaderCell key={key} role="columnheader" scope="col">
                {label}
              </MedusaTable.HeaderCell>
            ))}
          </MedusaTable.Row>
        </MedusaTable.Header>
        <MedusaTable.Body role="rowgroup">
          {rows.map((row) => (
            <MedusaTable.Row key={row.key} role="row">
              {columns.map(({ key, label }, position) => {
                const content = (
                  <>
                    <span className="webxkey-cell-label text-ui-fg-muted" aria-hidden="true">
                      {label}
                    </span>
                    <div>{row.cells[key]}</div>
                  </>
                );
                return position === 0 ? (
                  <MedusaTable.HeaderCell key={key} role="rowheader" scope="row">
                    {content}
                  </MedusaTable.HeaderCell>
                ) : (
                  <MedusaTable.Cell key={key} role="cell">
                    {content}
                  </MedusaTable.Cell>
                );
              })}
            </MedusaTable.Row>
          ))}
        </MedusaTable.Body>
      </MedusaTable>
    </div>
  );
}
