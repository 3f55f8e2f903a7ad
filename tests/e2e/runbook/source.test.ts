import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../support/gateway-process.ts";
import { blocksOfPage, blocksOfPlainText, type CommandBlock } from "../../support/command-blocks.ts";

const source = join(root, "../shared/seed/runbook.txt");
const page = readFileSync(join(root, "docs/runbook.md"), "utf8");

/** Runs of ASCII: names, numbers and signs, which stay the same in any language. */
const names = (text: string) => [...new Set(text.match(/[!-~]+/g) ?? [])];
const withoutMarks = (text: string) => text.replaceAll(/[`|*\\]/g, "");
/** Cells of the row that has a word in its first cell, without marks, arrows and words of other languages. */
const rowOf = (text: string, first: string) =>
  (text.split("\n").find((line) => line.startsWith(`| ${first}`)) ?? "").split("|").slice(2, -1).join("");
const bare = (text: string) => text.replaceAll(/[^!-~]|`/g, "");

const absent = existsSync(source) ? "" : " (skipped: it is not beside the repository)";

describe.skipIf(absent !== "")(`the page keeps to the operators' runbook${absent}`, () => {
  const text = absent === "" ? readFileSync(source, "utf8") : "";
  const lines = text.split("\n");

  test("its commands stand in the page, block by block and in their order", () => {
    const blocks = blocksOfPlainText(text);
    expect(blocks).toHaveLength(9);
    expect(blocks.flat()).toHaveLength(28);
    const known = new Set(blocks.map((block) => block.join("\n")));
    const kept = blocksOfPage(page).filter((block) => known.has(block.join("\n")));
    expect(kept).toEqual(blocks);
  });

  test("the precedence of port and bind is the same", () => {
    const port = lines.find((line) => line.includes("OPENCLAW_GATEWAY_PORTgateway.port")) ?? "";
    expect(bare(rowOf(page, "Gateway port"))).toBe(bare(port));
    const bind = lines.find((line) => line.includes("gateway.bind로")) ?? "";
    expect(bare(rowOf(page, "Bind mode")).replace(/loopback$/, "")).toBe(bare(bind));
  });

  test.each(["off", "hot", "restart", "hybrid"])("the reload mode %s has its row", (mode) => {
    expect(lines.some((line) => line.startsWith(mode))).toBe(true);
    expect(page).toContain(`| \`${mode}\``);
  });

  test("the failure signatures are the same, in their order", () => {
    const table = page.slice(page.indexOf("## Failure signatures"));
    const signatures = [
      "refusing to bind gateway … without auth",
      "another gateway instance is already listening",
      "EADDRINUSE",
      "Gateway start blocked: set gateway.mode=local",
      "unauthorized",
    ];
    const plain = text.replaceAll("...", "…");
    for (const signature of signatures) expect(plain).toContain(signature);
    const places = signatures.map((signature) => table.indexOf(signature));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test("no name, port, setting, field or event is lost", () => {
    const plain = withoutMarks(page).toLowerCase();
    const isName = (word: string) => /[a-z]{2}/i.test(word) || /\d{4}/.test(word);
    const isProse = (line: string) => !line.startsWith("# ") && blocksOfPlainText(line).length === 0;
    const prose = lines.filter(isProse).join("\n");
    // The table of the port lost the gaps between its cells.
    const words = names(prose).filter((word) => isName(word) && !word.includes("PORTgateway"));
    expect(words.length).toBeGreaterThan(60);
    const missing = words
      .flatMap((word) => word.toLowerCase().split(/[/,()|"]/))
      .map((word) => word.replace(/[.:]+$/, ""))
      .filter((word) => !plain.includes(word));
    expect(missing).toEqual([]);
  });
});

describe("blocksOfPage and blocksOfPlainText", () => {
  const block: CommandBlock = ["openclaw a --b", "A=~/x openclaw c", 'openclaw set x "#1"'];

  test("find the same commands with and without marks, and no prose", () => {
    const marked = `openclaw is prose\n\n\`\`\`sh\n# why\n${block.join("   # so\n")}\n\`\`\`\n\n\`\`\`json\n{}\n\`\`\`\n`;
    expect(blocksOfPage(marked)).toEqual([block]);
    expect(blocksOfPlainText(`1\n\nStart\n\n${block.join("\n# why\n")}\n2\nopenclaw d\nend`)).toEqual([
      block,
      ["openclaw d"],
    ]);
  });
});
