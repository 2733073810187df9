import type { TableProps } from "../ui-kit/ui-kit.ts";

/**
 * The roles are spelt out because the narrow layout changes `display`, and with it browsers would forget that this is a
 * table. There each cell repeats its column's label, for the eye only.
 */
export function Table({ caption, columns, rows }: TableProps) {
  return (
    <div className="wk-table-box">
      {/* biome-ignore-start lint/a11y/noRedundantRoles: see above. */}
      <table className="wk-table" role="table">
        <caption className="wk-visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ key, label }) => (
              <th key={key} role="columnheader" scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={row.key} role="row">
              {columns.map(({ key, label }, position) => {
                const cell = (
                  <>
                    <span className="wk-cell-label" aria-hidden="true">
                      {label}
                    </span>
                    <div>{row.cells[key]}</div>
                  </>
                );
                return position === 0 ? (
                  <th key={key} role="rowheader" scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={key} role="cell">
                    {cell}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: see above. */}
    </div>
  );
}
