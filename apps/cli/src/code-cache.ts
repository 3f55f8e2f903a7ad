import { readFileSync } from "node:fs";
import { Script } from "node:vm";

/** What a CommonJS file sees of the world. */
const PARAMETERS = ["exports", "require", "module", "__filename"] as const;

/** A compiled bundle that has not run yet. */
export interface CompiledBundle<Exports> {
  /** Runs it and gives its exports. */
  run(): Exports;
  /** V8's code cache of everything compiled so far. */
  cache(): Buffer;
  /** Whether the cache beside the bundle fitted this Node. */
  readonly isCached: boolean;
}

/**
 * Compiles a CommonJS bundle without dynamic imports, with V8's code cache beside it (`<bundle>.cache`, written by the
 * build). A cache that is missing, or of another Node version, costs only time. Node 22 can do this by itself
 * (`module.enableCompileCache`); Node 20 cannot.
 *
 * @param requireModule what the bundle's `require` does; @default Node's own modules and nothing else
 */
export function compileBundle<Exports>(
  path: string,
  requireModule: (id: string) => unknown = requireBuiltin,
): CompiledBundle<Exports> {
  const source = `(function (${PARAMETERS.join(", ")}) {${readFileSync(path, "utf8")}\n})`;
  const cachedData = readCache(`${path}.cache`);
  const script = new Script(source, {
    filename: path,
    ...(cachedData && { cachedData }),
  });
  return {
    run: () => {
      const module = { exports: {} };
      // The text above is exactly such a function.
      const wrapper = script.runInThisContext() as (...values: unknown[]) => void;
      wrapper(module.exports, requireModule, module, path);
      // The caller has built the bundle and knows what it exports.
      return module.exports as Exports;
    },
    cache: () => script.createCachedData(),
    isCached: cachedData !== undefined && script.cachedDataRejected === false,
  };
}

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function requireBuiltin(id: string): unknown {
  const found = process.getBuiltinModule(id);
  if (found === undefined) throw new Error(`Cannot find module '${id}'`);
  return found;
}
