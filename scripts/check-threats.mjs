// Every row of tests/threats/rows.json needs a test in tests/threats whose title carries its id.
// Usage: npm run check:threats [-- --sample <n> [--seed <n>]]   prints n rows with their tests, the same ones for a seed
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import ts from "typescript";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "tests/threats");
const { rows, outside } = JSON.parse(readFileSync(join(folder, "rows.json"), "utf8"));
const { values: flags } = parseArgs({
  options: { sample: { type: "string" }, seed: { type: "string", default: "1" } },
});

function testFilesBelow(path) {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const below = join(path, entry.name);
    if (entry.isDirectory()) return testFilesBelow(below);
    return entry.name.endsWith(".test.ts") ? [below] : [];
  });
}

/** @returns `{ file, line, title }` of every `test(…)`, `test.each(…)(…)`, `it(…)` in a file; a skipped test is none. */
function testsIn(path) {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ESNext, true);
  const found = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [title] = node.arguments;
      if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        found.push({ file: relative(root, path), line, title: title.getText().slice(1, -1) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `test`, `it`, `test.each(…)`, `test.skipIf(…)`; not `test.skip`, `test.todo`. */
function isTest(callee) {
  if (ts.isIdentifier(callee)) return callee.text === "test" || callee.text === "it";
  if (ts.isPropertyAccessExpression(callee))
    return !["skip", "todo"].includes(callee.name.text) && isTest(callee.expression);
  return ts.isCallExpression(callee) && isTest(callee.expression);
}

const testsOf = new Map(rows.map(([id]) => [id, []]));
const unknown = [];
for (const test of testFilesBelow(folder).flatMap(testsIn)) {
  for (const [id] of test.title.matchAll(/\bT-[A-Z]+-\d+/g)) {
    if (testsOf.has(id)) testsOf.get(id).push(test);
    else if (!(id in outside) && !/^T-(?:AZ|DOS|CFG|HTTP|HOOK|SSRF|LOG|SVC)-/.test(id))
      unknown.push(`${test.file}:${test.line} ${id}`);
  }
}

function print([id, level, guarantee]) {
  console.log(`${id} (${level}) ${guarantee}`);
  for (const { file, line, title } of testsOf.get(id)) console.log(`  ${file}:${line}  ${title}`);
}

/** The same `count` rows for a seed: a shuffle by a linear congruential generator. */
function sampleOf(count, seed) {
  let state = seed >>> 0;
  const next = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pool = [...rows];
  return Array.from({ length: Math.min(count, pool.length) }, () => pool.splice(next(pool.length), 1)[0]);
}

if (flags.sample !== undefined)
  for (const row of sampleOf(Number(flags.sample), Number(flags.seed))) print(row);

const missing = rows.filter(([id]) => testsOf.get(id).length === 0);
for (const [id, level, guarantee] of missing) console.error(`no test: ${id} (${level}) ${guarantee}`);
for (const each of unknown) console.error(`no such row: ${each}`);
console.log(
  `threats: ${rows.length - missing.length} of ${rows.length} rows have a test, ${Object.keys(outside).length} wait for the part they are about`,
);
if (missing.length > 0 || unknown.length > 0) process.exit(1);
