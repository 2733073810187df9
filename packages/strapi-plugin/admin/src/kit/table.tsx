import { VisuallyHidden } from "@strapi/design-system";
import type { TableProps } from "@webxkey/admin-kit";
import { styled } from "styled-components";
import { BODY_TEXT } from "./body-text.ts";

/**
 * Strapi's own table is a grid: it takes what stands in its cells out of the tab order and moves between cells with the
 * arrow keys, which is right for a spreadsheet and hides the switches of a list. So this one only looks like it. The
 * roles are spelt out: the narrow layout changes `display`, and with it browsers would forget that this is a table.
 */
export function Table({ caption, columns, rows }: TableProps) {
  return (
    <TableBox>
      {/* biome-ignore-start lint/a11y/noRedundantRoles: see above. */}
      <Rows role="table">
        <caption>
          <VisuallyHidden>{caption}</VisuallyHidden>
        </caption>
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
                const content = (
                  <>
                    <CellLabel aria-hidden="true">{label}</CellLabel>
                    <div>{row.cells[key]}</div>
                  </>
                );
                return position === 0 ? (
                  <th key={key} role="rowheader" scope="row">
                    {content}
                  </th>
                ) : (
                  <td key={key} role="cell">
                    {content}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </Rows>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: see above. */}
    </TableBox>
  );
}

const TableBox = styled.div`
  container-type: inline-size;
`;

const CellLabel = styled.span`
  display: none;
  color: ${({ theme }) => theme.colors.neutral600};
`;

/** Where there is no room for columns each row becomes a block, and each cell repeats its column's label. */
const Rows = styled.table`
  inline-size: 100%;
  border-collapse: collapse;
  color: ${({ theme }) => theme.colors.neutral800};
  ${BODY_TEXT}

  th,
  td {
    padding: ${({ theme }) => theme.spaces[3]} 0;
    padding-inline-end: ${({ theme }) => theme.spaces[4]};
    border-block-end: 1px solid ${({ theme }) => theme.colors.neutral150};
    font-weight: inherit;
    text-align: start;
    vertical-align: top;
  }

  thead th {
    color: ${({ theme }) => theme.colors.neutral600};
    font-size: ${({ theme }) => theme.fontSizes[0]};
    font-weight: ${({ theme }) => theme.fontWeights.bold};
    white-space: nowrap;
  }

  tbody tr:last-child > * {
    border-block-end: 0;
  }

  code,
  time {
    white-space: nowrap;
  }

  @container (max-width: 640px) {
    &,
    tbody,
    tr,
    th,
    td {
      display: block;
    }

    thead {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }

    tbody tr {
      padding-block: ${({ theme }) => theme.spaces[3]};
      border-block-end: 1px solid ${({ theme }) => theme.colors.neutral150};
    }

    tbody tr:last-child {
      border-block-end: 0;
    }

    tbody th,
    tbody td {
      display: grid;
      grid-template-columns: minmax(8rem, 30%) minmax(0, 1fr);
      gap: ${({ theme }) => theme.spaces[3]};
      padding: ${({ theme }) => theme.spaces[1]} 0;
      border: 0;
      overflow-wrap: anywhere;
    }

    code {
      white-space: normal;
    }

    ${CellLabel} {
      display: block;
    }
  }
`;
