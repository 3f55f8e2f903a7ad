import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root } from "./gateway-process.ts";

/** A second installation of this very code that calls itself another release. */
export interface OtherRelease extends AsyncDisposable {
  /** Its `openclaw`, for Node.js. */
  readonly cli: string;
}

/** Installs a release. @param version e.g. `2026.10.0` */
export async function installRelease(version: string): Promise<OtherRelease> {
  const folder = await mkdtemp(join(tmpdir(), "openclaw-release-"));
  const { version: own } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    version: string;
  };
  const copy = async (app: string, bundle: string) => {
    const to = join(folder, app);
    // Without the code caches, which are of the text as it was, and what the links of the modules lead to.
    const filter = (path: string) => !/node_modules|\.(map|cache)$|\/src\b/.test(path.slice(root.length));
    await cp(join(root, "apps", app), to, { recursive: true, filter });
    const path = join(to, "dist", bundle);
    await writeFile(path, (await readFile(path, "utf8")).replaceAll(`"${own}"`, `"${version}"`));
    return to;
  };
  const cli = await copy("cli", "commands.cjs");
  const gateway = await copy("gateway", "index.cjs");
  await mkdir(join(cli, "node_modules/@openclaw"), { recursive: true });
  await symlink(gateway, join(cli, "node_modules/@openclaw/gateway"));
  await symlink(join(root, "apps/gateway/node_modules"), join(gateway, "node_modules"));
  return {
    cli: join(cli, "bin/openclaw.js"),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
