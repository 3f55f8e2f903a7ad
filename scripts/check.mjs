// `npm run check`: types, lint, layers, docs. Stops at the first that fails and says which.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const env = { ...process.env, PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH}` };

for (const name of ["check:layers", "check:types", "check:lint", "check:format", "check:docs"]) {
  const startedAt = Date.now();
  const { status } = spawnSync(scripts[name], { cwd: root, stdio: "inherit", shell: true, env });
  if (status !== 0) {
    console.error(`check: ${name} failed`);
    process.exit(status ?? 1);
  }
  console.log(`check: ${name} ok (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
}
