// Keeps words and code together: links lead somewhere, every `Docs: file.md#section` in the sources exists, the
// tables in docs/protocol.md and the committed schema are those of the registry, texts keep their length.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { documentPath, withSettings } from "./settings-reference.mjs";
import { describeProtocol, loadProtocol, schemaPath } from "./protocol-registry.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const problems = [];
const skipped = new Set(["node_modules", "dist", ".git", ".turbo", "results", "fixtures"]);

function filesBelow(folder, extensions) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, extensions);
    return extensions.some((extension) => entry.name.endsWith(extension)) ? [path] : [];
  });
}

/** Anchor of a heading, as code hosts make it. */
const anchor = (heading) =>
  heading
    .toLowerCase()
    .replace(/[`*]/g, "")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

const withoutCode = (text) => text.replace(/^```[\s\S]*?^```/gm, "");

function anchorsOf(path) {
  return new Set(
    [...withoutCode(readFileSync(path, "utf8")).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      anchor(heading),
    ),
  );
}

function checkTarget(from, file, section) {
  const name = relative(root, from);
  if (!existsSync(file)) return problems.push(`${name}: ${relative(root, file)} does not exist`);
  if (section && !anchorsOf(file).has(section))
    problems.push(`${name}: ${relative(root, file)} has no section #${section}`);
}

function checkLinks(path) {
  for (const [, target] of withoutCode(readFileSync(path, "utf8")).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file, section] = target.split("#");
    checkTarget(path, file ? resolve(dirname(path), file) : path, section);
  }
}

function checkReferences(path) {
  for (const [, file, section] of readFileSync(path, "utf8").matchAll(
    /Docs: ([a-z-]+\.md)(?:#([\p{L}\p{N}_-]+))?/gu,
  )) {
    checkTarget(path, join(root, "docs", file), section);
  }
}

function checkLength(path, lines) {
  const count = readFileSync(path, "utf8").split("\n").length;
  if (count > lines) problems.push(`${relative(root, path)}: ${count} lines, at most ${lines}`);
}

/** Rows of the table under a heading: cells as text, without the marks of code. */
function tableRows(text, heading) {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const [, , ...rows] = section.match(/^\|.*\|$/gm) ?? [];
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim().replace(/^`(.*)`$/, "$1")),
  );
}

/** Names in the first paragraph under a heading, as rows of one cell. */
function listedNames(text, heading) {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const [, paragraph = ""] = section.split("\n\n");
  return [...paragraph.matchAll(/`([^`]+)`/g)].map(([, name]) => [name]);
}

/** Compares a table of the docs with the registry, both ways: `real` maps the key of a row to its other cells. */
function compareTable(what, rows, real) {
  const documented = new Map(rows.map(([key, ...cells]) => [key, cells]));
  for (const [key, cells] of real) {
    const row = documented.get(key);
    if (!row) problems.push(`docs/protocol.md: ${what} ${key} has no row`);
    else if (cells.some((cell, column) => row[column] !== cell))
      problems.push(`docs/protocol.md: ${what} ${key} says ${row.slice(0, cells.length)}, not ${cells}`);
  }
  for (const key of documented.keys())
    if (!real.has(key)) problems.push(`docs/protocol.md: ${what} ${key} does not exist`);
}

const mapOf = (table, cells) => new Map(Object.entries(table).map(([name, value]) => [name, cells(value)]));

/** Docs, committed schema and code say the same. */
async function checkRegistry() {
  const registry = describeProtocol(await loadProtocol());
  const text = readFileSync(join(root, "docs/protocol.md"), "utf8");
  const check = (what, heading, real) => compareTable(what, tableRows(text, heading), real);
  check(
    "method",
    "Methods",
    mapOf(registry.methods, ({ scope }) => [scope]),
  );
  check(
    "event",
    "Events",
    mapOf(registry.events, ({ scope }) => [scope]),
  );
  check(
    "error code",
    "Error codes",
    mapOf(registry.errorCodes, () => []),
  );
  check(
    "limit",
    "Limits",
    mapOf(registry.limits, (value) => [String(value)]),
  );
  check("scope", "Scopes", new Map(registry.scopes.map((scope) => [scope, []])));
  const { id, mode } = registry.connect.properties.client.properties;
  for (const [what, heading, names] of [
    ["client id", "Client ids", id.enum],
    ["client mode", "Client modes", mode.enum],
  ])
    compareTable(what, listedNames(text, heading), new Map(names.map((name) => [name, []])));
  const closes = Object.values(registry.closes);
  const closeKey = (code, reason) => `${code} ${reason === "" ? "(empty)" : reason}`;
  compareTable(
    "close",
    tableRows(text, "Close codes").map(([code, reason, ...cells]) => [closeKey(code, reason), ...cells]),
    new Map(closes.map((close) => [closeKey(close.code, close.reason), [close.sentBy, close.peerShould]])),
  );
  const committed = existsSync(schemaPath) ? readFileSync(schemaPath, "utf8") : "{}";
  if (JSON.stringify(JSON.parse(committed)) !== JSON.stringify(registry))
    problems.push(`${relative(root, schemaPath)} is stale: node scripts/generate-schema.mjs`);
}

for (const path of filesBelow(root, [".md"])) {
  checkLinks(path);
  if (/packages\/[^/]+\/README\.md$/.test(path)) checkLength(path, 60);
}
for (const path of filesBelow(root, [".ts"])) checkReferences(path);
const configuration = readFileSync(documentPath, "utf8");
if ((await withSettings(configuration)) !== configuration)
  problems.push(
    "docs/configuration.md: the table of all settings is not the schema's: node scripts/generate-settings.mjs",
  );

checkLength(join(root, "README.md"), 150);
checkLength(join(root, "CONTRIBUTING.md"), 120);
await checkRegistry();

if (problems.length > 0) {
  console.error([...new Set(problems)].join("\n"));
  console.error(`docs: ${problems.length} problem(s)`);
  process.exit(1);
}
