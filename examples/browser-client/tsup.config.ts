import { defineConfig } from "tsup";

// A page has no node_modules: everything it imports is packed into dist/, what it may never need in files of its own.
export default defineConfig({
  entry: ["src/main.js"],
  platform: "browser",
  format: ["esm"],
  target: "es2022",
  noExternal: [/./],
  splitting: true,
  minify: true,
  clean: true,
  silent: true,
});
