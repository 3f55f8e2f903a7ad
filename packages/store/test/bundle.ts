import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { build } from "tsup";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

/** The package as one file, as an application ships it, for tests that need a process of their own. */
export interface Bundle extends AsyncDisposable {
  /** Starts Node on a module that imports `./store.mjs`; `limit` caps the size of any file it writes, in KiB. */
  start(
    program: string,
    options?: { readonly args?: readonly string[]; readonly limit?: number },
  ): ChildProcess;
}

/** Builds it. Disposing of it also ends what it started. The output lies below `node_modules`, where the driver can be found. */
export async function bundleStore(): Promise<Bundle> {
  const cache = join(PACKAGE, "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  const outDir = await mkdtemp(join(cache, "store-"));
  await build({
    config: false,
    entry: { store: join(PACKAGE, "src/index.ts") },
    outDir,
    format: ["esm"],
    outExtension: () => ({ js: ".mjs" }),
    target: "node20",
    external: ["libsql"],
    silent: true,
  });
  const children: ChildProcess[] = [];
  return {
    start(program, { args = [], limit } = {}) {
      const node = [process.execPath, "--input-type=module", "--eval", program, ...args];
      const command =
        limit === undefined ? node : ["bash", "-c", `ulimit -f ${limit}; exec "$@"`, "bash", ...node];
      const child = spawn(command[0] ?? "", command.slice(1), {
        cwd: outDir,
        stdio: ["pipe", "pipe", "inherit"],
      });
      children.push(child);
      return child;
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill("SIGKILL");
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
