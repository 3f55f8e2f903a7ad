import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./gateway-process.ts";

/** Commands of one block of a page, one a line. */
export interface CommandBlock {
  /** The heading it stands under. */
  readonly heading: string;
  readonly lines: readonly string[];
}

/** The shell blocks of a page of the docs, in order. @param path e.g. `docs/many-gateways.md` */
export async function commandBlocks(path: string): Promise<readonly CommandBlock[]> {
  const text = await readFile(join(root, path), "utf8");
  let heading = "";
  let open: string[] | undefined;
  const blocks: CommandBlock[] = [];
  for (const line of text.split("\n")) {
    if (open === undefined && line.startsWith("#")) heading = line.replace(/^#+ /, "");
    else if (open === undefined && line === "```sh") open = [];
    else if (open !== undefined && line === "```") {
      blocks.push({ heading, lines: open });
      open = undefined;
    } else if (open !== undefined && line.trim() !== "") open.push(line);
  }
  return blocks;
}
