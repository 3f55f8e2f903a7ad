// Removes what build and setup made; `npm run setup` brings it back.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
for (const parent of ["packages", "apps", "examples"]) {
  if (!existsSync(join(root, parent))) continue;
  for (const name of readdirSync(join(root, parent)))
    rmSync(join(root, parent, name, "dist"), { recursive: true, force: true });
}
for (const path of [".turbo", "node_modules/.setup-stamp", "node_modules/.cache"]) {
  rmSync(join(root, path), { recursive: true, force: true });
}
