/** Commands that stand together in a text, in its order; comments are left out. */
export type CommandBlock = readonly string[];

/** The `sh` blocks of a page in Markdown. */
export function blocksOfPage(text: string): readonly CommandBlock[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = ""]) =>
    block.split("\n").map(withoutComment).filter(Boolean),
  );
}

/** The commands of a text that lost its marks, as when a web page is copied: lines that begin as commands do. */
export function blocksOfPlainText(text: string): readonly CommandBlock[] {
  const blocks: string[][] = [];
  let open: string[] | undefined;
  for (const line of text.split("\n")) {
    const isCommand = /^(openclaw|ssh|[A-Z_]+=\S+) /.test(line);
    if (!isCommand && !line.startsWith("# ")) open = undefined;
    if (!isCommand) continue;
    if (open === undefined) blocks.push((open = []));
    open.push(withoutComment(line));
  }
  return blocks;
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s+)# .*$/, "").trim();
}
