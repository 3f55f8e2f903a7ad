// The table of all settings in docs/configuration.md, made from the schema of packages/config.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format, resolveConfig } from "prettier";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const entry = join(root, "packages/config/dist/index.js");

export const documentPath = join(root, "docs/configuration.md");
const MARKS = ["<!-- settings: generated -->", "<!-- settings: end -->"];

/** The document with the table as it should be. */
export async function withSettings(text) {
  const [before, rest] = split(text, MARKS[0]);
  const [, after] = split(rest, MARKS[1]);
  const whole = `${before}${MARKS[0]}\n\n${await table()}\n\n${MARKS[1]}${after}`;
  return format(whole, { ...(await resolveConfig(documentPath)), filepath: documentPath });
}

function split(text, mark) {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`docs/configuration.md: ${mark} is missing`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

async function table() {
  if (!existsSync(entry)) throw new Error("packages/config is not built: npm run setup");
  const { listSettings } = await import(pathToFileURL(entry).href);
  const rows = listSettings({ stateDir: "$STATE", auditPath: "$STATE/logs/config-audit.jsonl" }).map(
    ({ path, type, default: standard, reload, sensitive }) =>
      `| ${[
        code(path),
        escapeCell(type),
        standard === undefined ? "" : code(JSON.stringify(standard)),
        reload,
        sensitive ? "secret" : "",
      ].join(" | ")} |`,
  );
  return ["| Setting | Type | Default | A change | |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}

const escapeCell = (text) => text.replaceAll("|", "\\|");
const code = (text) => `\`${escapeCell(text)}\``;
