import { writeFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";
import { compileBundle, WRAPPER } from "./apps/cli/src/code-cache.ts";

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
 * Build of an application: our packages, from their sources, and the small libraries in one file. What stays outside is
 * what `dependencies` names: native binaries, and heavy libraries that are loaded by name on first use. A running
 * process must never need a file of its own that an upgrade in place has replaced, so there are no further chunks.
 *
 * The file is CommonJS: starting Node's loader of ES modules takes longer than our own start.
 */
export function application(entry: Record<string, string>) {
  return {
    entry,
    platform: "node" as const,
    format: ["cjs" as const],
    target: "node20",
    sourcemap: true,
    dts: false,
    splitting: false,
    shims: true,
    minify: true,
    silent: true,
    // tsup leaves `dependencies` outside by itself and, where `noExternal` matches too, would take them in again.
    noExternal: [
      /^(?!node:)(?!libsql$)(?!@ai-sdk\/)(?!@openclaw\/gateway$)(?!bufferutil$)(?!utf-8-validate$)/,
    ],
    external: ["bufferutil", "utf-8-validate"],
    plugins: [asciiOnly],
    esbuildPlugins: [wsParts],
    esbuildOptions: (options: Parameters<NonNullable<Options["esbuildOptions"]>>[0]) => {
      options.conditions = ["@openclaw/source", "module"];
      // A file that comes out of V8's code cache has no import(); `await import(name)` becomes a require.
      // Unused expressions are left out, unless esbuild takes care of those that it believes Node not to know.
      options.supported = { "dynamic-import": false, "regexp-unicode-property-escapes": true };
    },
  };
}

/** Only the parts of `ws` that are imported get in: its package does not say that the others do nothing by themselves. */
const wsParts: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "ws-parts",
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^\.\/lib\// }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === wsParts || !importer.endsWith("/ws/wrapper.mjs")) return undefined;
      const found = await resolve(path, { importer, kind, resolveDir, pluginData: wsParts });
      return { ...found, sideEffects: false };
    });
  },
};

/**
 * esbuild leaves regular expressions as they were written. One letter beyond ASCII in them, and V8 keeps the whole text
 * with two bytes per letter, and reading it takes several times as long.
 */
const asciiOnly = {
  name: "ascii-only",
  renderChunk: (code: string) => ({
    code: code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  }),
};

/** Build of a bundle that nothing but `code-cache.ts` reads. */
export function wrapped(entry: Record<string, string>) {
  return { ...application(entry), banner: { js: WRAPPER.before }, footer: { js: WRAPPER.after } };
}

/** Writes V8's code cache beside a built bundle, of what is compiled once `use` has run. */
export async function writeCodeCache<Exports>(
  path: string,
  requireModule?: (id: string) => unknown,
  use: (exports: Exports) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const bundle = compileBundle<Exports>(path, requireModule);
  await use(bundle.run());
  writeFileSync(`${path}.cache`, bundle.cache());
}
