import { isAscii } from "node:buffer";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { Script } from "node:vm";

/**
 * Around a bundle: what a CommonJS file sees of the world. A bundle that only this file reads is built with it, because
 * putting a long text into another costs as much as reading it.
 */
export const WRAPPER = {
  before: "(function (exports, require, module, __filename) {",
  after: "\n})",
} as const;

/** Node's own modules that few command lines touch, and that take long to start. */
const RARE = new Set([
  "child_process",
  "crypto",
  "fs/promises",
  "http",
  "https",
  "net",
  "readline/promises",
  "tls",
  "zlib",
]);

/**
 * Reading a file on the spot, in a turn of its own, spares a command Node's promises of files, which take longer to get
 * ready than a few files to be read. What else they can do is left to them.
 */
const ON_THE_SPOT: Readonly<Record<string, object>> = {
  "fs/promises": {
    readFile: inTurn(readFileSync),
    readdir: inTurn(readdirSync),
    readlink: inTurn(readlinkSync),
  },
};

function inTurn<Args extends readonly unknown[]>(read: (...args: Args) => unknown) {
  return async (...args: Args): Promise<unknown> => {
    await new Promise((resolve) => setImmediate(resolve));
    return read(...args);
  };
}

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
  const text = readText(path);
  const source = text.startsWith(WRAPPER.before) ? text : `${WRAPPER.before}${text}${WRAPPER.after}`;
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

/** The minifier leaves ASCII behind, which is read faster as what it is. */
function readText(path: string): string {
  const bytes = readFileSync(path);
  return isAscii(bytes) ? bytes.toString("latin1") : bytes.toString();
}

function requireBuiltin(id: string): unknown {
  const load = (): object => {
    const found = process.getBuiltinModule(id);
    if (found === undefined) throw new Error(`Cannot find module '${id}'`);
    return found;
  };
  const name = id.replace(/^node:/, "");
  if (!RARE.has(name)) return load();
  const onTheSpot = ON_THE_SPOT[name] ?? {};
  const find = (name: PropertyKey) => (Object.hasOwn(onTheSpot, name) ? onTheSpot : load());
  return new Proxy(
    {},
    {
      get: (_, name) => Reflect.get(find(name), name) as unknown,
      has: (_, name) => Reflect.has(load(), name),
      // Whoever imports a module as a whole (`import * as`) gets a copy of what is in it.
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_, name) => {
        const found = Reflect.getOwnPropertyDescriptor(load(), name);
        return found && { ...found, configurable: true };
      },
    },
  );
}
