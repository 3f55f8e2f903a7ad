// First half of `npm start`, `npm test` and `npm run check`: install and build, or say at once that nothing is to do.
// Plain Node without dependencies, because it runs before anything is installed. The only place that fetches pnpm.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stampFile = join(root, "node_modules", ".setup-stamp");
const { packageManager, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Folders with a package.json, as pnpm-workspace.yaml lists them. */
function workspaceFolders() {
  const below = (parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(root, parent, entry.name));
  return [
    ...["packages", "apps", "examples"].flatMap(below),
    join(root, "tests"),
    join(root, "bench"),
  ].filter((folder) => existsSync(join(folder, "package.json")));
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Everything that install and build read: when none of it changed, both would do nothing. */
function inputs() {
  const own = [
    "package.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "turbo.json",
    "tsconfig.base.json",
    "tsup.base.ts",
  ];
  const ofPackages = workspaceFolders().flatMap((folder) => {
    const config = ["package.json", "tsup.config.ts"].map((name) => join(folder, name)).filter(existsSync);
    const isBuilt = existsSync(join(folder, "tsup.config.ts"));
    const sources = isBuilt
      ? filesBelow(join(folder, "src")).filter((path) => !/\.test(-d)?\.ts$/.test(path))
      : [];
    return [...config, ...sources];
  });
  return [...own.map((name) => join(root, name)), ...ofPackages].sort();
}

function stamp() {
  const hash = createHash("sha256").update(process.version);
  for (const path of inputs())
    hash.update(relative(root, path)).update("\0").update(readFileSync(path)).update("\0");
  return hash.digest("hex");
}

function isUpToDate(current) {
  if (!existsSync(stampFile) || readFileSync(stampFile, "utf8") !== current) return false;
  return workspaceFolders().every(
    (folder) => !existsSync(join(folder, "tsup.config.ts")) || existsSync(join(folder, "dist")),
  );
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `setup: Node ${engines.node} is needed, this is ${process.version}. Install a newer Node.js and try again.`,
  );
  process.exit(1);
}

requireNode();
const current = stamp();
if (isUpToDate(current)) {
  console.log("setup: up to date");
} else {
  const startedAt = Date.now();
  console.log(`setup: installing and building with ${packageManager} (the first time takes a minute or two)`);
  const windows = process.platform === "win32";
  const result = spawnSync(
    windows ? "npx.cmd" : "npx",
    ["--yes", "--prefer-offline", packageManager, "run", "setup:inner"],
    {
      cwd: root,
      stdio: "inherit",
      shell: windows,
      // CI=1 keeps pnpm from asking questions; telemetry would be the only traffic besides the package registry.
      env: { ...process.env, CI: "1", TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
    },
  );
  if (result.status !== 0) {
    console.error("setup: failed. The lines above say why; run `npm run setup` to try again.");
    process.exit(result.status ?? 1);
  }
  writeFileSync(stampFile, current);
  console.log(`setup: done in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}
