// Compares layers.json with the imports in every src/, with package.json and with the TypeScript references;
// finds import cycles inside a package and Node modules where a browser must be able to run.
// Usage: node scripts/check-layers.mjs [root]
import { builtinModules } from "node:module";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
const { packages } = JSON.parse(readFileSync(join(root, "layers.json"), "utf8"));
const problems = [];

/** @returns every import of a file: `{ to, kind }`, kind "value", "type" or "lazy". */
function importsOf(path) {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ESNext, true);
  const found = [];
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier)
        found.push({ to: node.moduleSpecifier.text, kind: isTypeOnly(node) ? "type" : "value" });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      if (node.arguments[0] && ts.isStringLiteralLike(node.arguments[0]))
        found.push({ to: node.arguments[0].text, kind: "lazy" });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      found.push({ to: node.argument.literal.text, kind: "type" });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypeOnly(node) {
  if (ts.isExportDeclaration(node)) {
    if (node.isTypeOnly) return true;
    const named = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
    return named.length > 0 && named.every((element) => element.isTypeOnly);
  }
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const named =
    clause.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : [];
  return !clause.name && named.length > 0 && named.every((element) => element.isTypeOnly);
}

function sourcesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return path.endsWith(".ts") && !/\.test(-d)?\.ts$/.test(path) ? [path] : [];
  });
}

const packageName = (specifier) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
const isNode = (specifier) => specifier.startsWith("node:") || builtinModules.includes(specifier);

function checkImport(layer, file, { to, kind }) {
  const say = (what) => problems.push(`${layer.folder}/${file}: ${what}`);
  if (isNode(to)) {
    const isPlatform = (layer.platform ?? []).some((prefix) => file.startsWith(prefix));
    if (layer.browserSafe && !isPlatform && kind !== "type")
      say(`imports ${to}, but this package must run in a browser`);
    return;
  }
  const name = packageName(to);
  const lazyIn = layer.lazy?.[name];
  if (lazyIn) {
    if (kind === "value") say(`imports ${name} at start; only a dynamic import() on first use is allowed`);
    if (kind === "lazy" && !lazyIn.some((prefix) => file.startsWith(prefix)))
      say(`imports ${name}; only ${lazyIn.join(", ")} may`);
    return;
  }
  const isTesting = file.startsWith("src/testing/");
  if (isTesting && (name === "vitest" || name === "fast-check")) return;
  if (layer.values.includes(name) || layer.thirdParty.includes(name)) return;
  if (layer.types.includes(name)) {
    if (kind !== "type") say(`imports ${name} as a value; layers.json allows its types only`);
    return;
  }
  say(`imports ${name}${kind === "type" ? " (types)" : ""}: not allowed by layers.json`);
}

function checkCycles(layer, graph) {
  const done = new Set();
  const walk = (file, trail) => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      problems.push(`${layer.folder}: import cycle ${[...trail.slice(at), file].join(" -> ")}`);
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
}

function checkManifest(name, layer) {
  const manifest = JSON.parse(readFileSync(join(root, layer.folder, "package.json"), "utf8"));
  if (manifest.name !== name)
    problems.push(`${layer.folder}/package.json: is named ${manifest.name}, layers.json says ${name}`);
  const allowed = new Set([
    ...layer.values,
    ...layer.types,
    ...layer.thirdParty,
    ...Object.keys(layer.lazy ?? {}),
  ]);
  // An application bundles; what it lists on top are the natives and heavy libraries its bundle leaves outside.
  const isApp = layer.folder.startsWith("apps/");
  for (const dependency of Object.keys({
    ...manifest.dependencies,
    ...(isApp ? {} : manifest.devDependencies),
  })) {
    if (isApp && !dependency.startsWith("@openclaw/")) continue;
    const isTest = dependency === "vitest" || dependency === "fast-check";
    if (!allowed.has(dependency) && !(isTest && dependency in (manifest.devDependencies ?? {}))) {
      if (!(dependency in (manifest.devDependencies ?? {})))
        problems.push(`${layer.folder}/package.json: depends on ${dependency}: not allowed by layers.json`);
    }
  }
  const config = ts.parseConfigFileTextToJson(
    "tsconfig.json",
    readFileSync(join(root, layer.folder, "tsconfig.json"), "utf8"),
  ).config;
  const referenced = new Set(
    (config.references ?? []).map(({ path }) => relative(root, resolve(root, layer.folder, path))),
  );
  for (const [other, { folder }] of Object.entries(packages)) {
    const isAllowed =
      layer.values.includes(other) || layer.types.includes(other) || layer.lazy?.[other] !== undefined;
    if (referenced.has(folder) && !isAllowed)
      problems.push(`${layer.folder}/tsconfig.json: references ${other}: not allowed by layers.json`);
  }
}

for (const [name, layer] of Object.entries(packages)) {
  const folder = join(root, layer.folder);
  if (!existsSync(folder)) {
    problems.push(`layers.json: ${name} has no folder ${layer.folder}`);
    continue;
  }
  checkManifest(name, layer);
  const graph = new Map();
  for (const path of sourcesBelow(join(folder, "src"))) {
    const file = relative(folder, path);
    const own = [];
    for (const found of importsOf(path)) {
      if (!found.to.startsWith(".")) checkImport(layer, file, found);
      // A cycle of types alone costs nothing at run time.
      else if (found.kind === "value") own.push(relative(folder, resolve(dirname(path), found.to)));
    }
    graph.set(file, own);
  }
  checkCycles(layer, graph);
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  console.error(`layers: ${problems.length} problem(s)`);
  process.exit(1);
}
