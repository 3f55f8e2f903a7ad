// Keeps words and code together: links lead somewhere, every `Docs: file.md#section` in the sources exists, the
// tables of methods and events in docs/protocol.md are those of the registry, texts keep their length.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

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

/** Names in the first column of the table under a heading. */
function tableNames(text, heading) {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  return new Set([...section.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name));
}

function compare(what, documented, real) {
  for (const name of real)
    if (!documented.has(name)) problems.push(`docs/protocol.md: ${what} ${name} has no row`);
  for (const name of documented)
    if (!real.has(name)) problems.push(`docs/protocol.md: ${what} ${name} does not exist`);
}

async function checkRegistry() {
  const entry = join(root, "packages/protocol/dist/index.js");
  const { METHODS, EVENTS, ERROR_CODES } = await import(pathToFileURL(entry).href);
  const text = readFileSync(join(root, "docs/protocol.md"), "utf8");
  const keys = (table) => new Set(Array.isArray(table) ? table : Object.keys(table));
  compare("method", tableNames(text, "Methods"), keys(METHODS));
  compare("event", tableNames(text, "Events"), keys(EVENTS));
  compare("error code", tableNames(text, "Error codes"), keys(ERROR_CODES));
}

for (const path of filesBelow(root, [".md"])) {
  checkLinks(path);
  if (/packages\/[^/]+\/README\.md$/.test(path)) checkLength(path, 60);
}
for (const path of filesBelow(root, [".ts"])) checkReferences(path);
checkLength(join(root, "README.md"), 150);
checkLength(join(root, "CONTRIBUTING.md"), 120);
await checkRegistry();

if (problems.length > 0) {
  console.error([...new Set(problems)].join("\n"));
  console.error(`docs: ${problems.length} problem(s)`);
  process.exit(1);
}
