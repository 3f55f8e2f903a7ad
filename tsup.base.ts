import { defineConfig } from "tsup";

/**
 * Build of a library package: plain ESM for Node 20 beside its sources' layout.
 * Declarations come from `tsc -b`, which restates the layers as project references.
 */
export function library(entry: string[] = ["src/index.ts"], platform: "node" | "neutral" = "node") {
  return defineConfig({
    entry,
    platform,
    format: ["esm"],
    target: "node20",
    sourcemap: true,
    clean: true,
    dts: false,
    splitting: entry.length > 1,
    silent: true,
  });
}

/**
 * Build of an application: our packages and the small libraries in one bundle. What stays outside is what
 * `dependencies` names: native binaries, and heavy libraries that are imported by name on first use.
 * A running process must never need a file of its own bundle that an upgrade in place has replaced, so
 * whatever stays up (the gateway) is built without splitting.
 */
export function application(entry: string[], options: { splitting: boolean }) {
  return defineConfig({
    entry,
    platform: "node",
    format: ["esm"],
    target: "node20",
    sourcemap: true,
    clean: true,
    dts: false,
    splitting: options.splitting,
    // tsup leaves `dependencies` outside by itself and, where `noExternal` matches too, would take them in again.
    noExternal: [
      /^(?!node:)(?!libsql$)(?!@ai-sdk\/)(?!@openclaw\/gateway$)(?!bufferutil$)(?!utf-8-validate$)/,
    ],
    external: ["bufferutil", "utf-8-validate"],
    minify: true,
    // CommonJS libraries inside an ESM bundle still call require() for Node's own modules, and for optional ones.
    banner: {
      js: "const require = (id) => { const found = process.getBuiltinModule(id); if (found) return found; throw new Error(`Cannot find module ${id}`); };",
    },
    silent: true,
  });
}
