const WIDEST = 80;
const FRAME = 6;

/** The lines of a titled box. Lines wrap at words; one that is to be copied as a whole stays whole. */
export function noteBox(title: string, lines: readonly NoteLine[], columns?: number): readonly string[] {
  const most = Math.max(20, Math.min(columns ?? WIDEST, WIDEST) - FRAME);
  const shown = lines.flatMap((line) => (typeof line === "string" ? wrap(line, most) : [line.whole]));
  const inner = Math.max(...shown.map(({ length }) => length), title.length) + 4;
  const row = (text: string) => `│${text.padEnd(inner)}│`;
  return [
    `◇  ${title} ${"─".repeat(inner - title.length - 3)}╮`,
    row(""),
    ...shown.map((line) => row(`  ${line}`)),
    row(""),
    `├${"─".repeat(inner)}╯`,
    "│",
  ];
}

/** A line of a box. */
export type NoteLine = string | { readonly whole: string };

/** A word that no line holds, such as another program's command line: the box keeps its form. */
function pieces(word: string, width: number): readonly string[] {
  return word.match(new RegExp(`.{1,${width}}`, "gsu")) ?? [word];
}

/** A line in pieces; what follows the first is indented as its list mark is wide. */
function wrap(text: string, width: number): string[] {
  const indent = text.startsWith("- ") ? "  " : "";
  const lines: string[] = [];
  let current = "";
  for (const word of text.split(" ").flatMap((long) => pieces(long, width - indent.length))) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (longer.length <= width || current.trim() === "") current = longer;
    else {
      lines.push(current);
      current = `${indent}${word}`;
    }
  }
  return [...lines, current];
}
