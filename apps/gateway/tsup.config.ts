import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { defineConfig } from "tsup";
import { application, writeCodeCache } from "../../tsup.base.ts";

const path = fileURLToPath(new URL("./dist/index.cjs", import.meta.url));

export default defineConfig({
  ...application({ index: "src/index.ts" }),
  clean: true,
  onSuccess: () => writeCodeCache(path, createRequire(path)),
});
