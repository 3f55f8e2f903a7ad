import { wrap } from "./wrap.ts";

const WIDTH_WITHOUT_TERMINAL = 119;
const NARROWEST_COLUMN = 6;

/** A box table: header, rows, and the width it may take. Cells wrap, so that a line never leaves the box. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of the terminal; absent when there is none. */
  readonly columns?: number | undefined;
}

/** The lines of a table. */
export function tableLines({ header, rows, columns }: Table): string[] {
  const widths = columnWidths([header, ...rows], columns ?? WIDTH_WITHOUT_TERMINAL);
  const rule = (left: string, middle: string, right: string) =>
    left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
  return [
    rule("┌", "┬", "┐"),
    ...rowLines(header, widths),
    rule("├", "┼", "┤"),
    ...rows.flatMap((row) => rowLines(row, widths)),
    rule("└", "┴", "┘"),
  ];
}

// Every column gets what it needs, except the widest, which gets what is left.
function columnWidths(rows: readonly (readonly string[])[], total: number): number[] {
  const count = rows[0]?.length ?? 0;
  const needed = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const widest = needed.indexOf(Math.max(...needed));
  const borders = 3 * count + 1;
  const others = needed.reduce((sum, width, column) => (column === widest ? sum : sum + width), 0);
  return needed.map((width, column) =>
    column === widest ? Math.max(NARROWEST_COLUMN, total - borders - others) : width,
  );
}

function rowLines(cells: readonly string[], widths: readonly number[]): string[] {
  const wrapped = widths.map((width, column) => wrap(cells[column] ?? "", width, "cut words"));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = widths.map((width, column) => ` ${(wrapped[column]?.[line] ?? "").padEnd(width)} `);
    return `│${parts.join("│")}│`;
  });
}
