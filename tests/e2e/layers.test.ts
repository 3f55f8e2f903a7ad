import { execFile } from "node:child_process";
import { appendFile, cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** Runs the layer check over a tree; gives its complaints. */
async function complaints(tree: string): Promise<string> {
  return run(process.execPath, [join(tree, "scripts/check-layers.mjs"), tree]).then(
    () => "",
    (error: { stderr: string }) => error.stderr,
  );
}

describe("layer check", () => {
  let copy: string;

  beforeEach(async () => {
    copy = await mkdtemp(join(tmpdir(), "layers-"));
    const skip = /\/(node_modules|dist|\.git|\.turbo)(\/|$)/;
    for (const name of ["packages", "apps", "scripts", "layers.json", "package.json"]) {
      await cp(join(root, name), join(copy, name), {
        recursive: true,
        filter: (path) => !skip.test(path.slice(root.length)),
      });
    }
    await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  });
  afterEach(() => rm(copy, { recursive: true, force: true }));

  test("accepts the tree as it is", async () => {
    expect(await complaints(copy)).toBe("");
  });

  test("reports an import that the table does not allow, as a value or as a type", async () => {
    await appendFile(
      join(copy, "packages/agents/src/index.ts"),
      '\nexport { createHttpApp } from "@openclaw/http";\n',
    );
    expect(await complaints(copy)).toMatch(
      /packages\/agents\/src\/index\.ts: imports @openclaw\/http: not allowed/,
    );
  });

  test("reports an import cycle inside a package with its path", async () => {
    const limits = join(copy, "packages/protocol/src/limits.ts");
    const scopes = join(copy, "packages/protocol/src/scopes.ts");
    await writeFile(
      limits,
      `import { OPERATOR_SCOPES } from "./scopes.ts";\n${await readFile(limits, "utf8")}\nexport const x = OPERATOR_SCOPES;\n`,
    );
    await writeFile(
      scopes,
      `import { LIMITS } from "./limits.ts";\n${await readFile(scopes, "utf8")}\nexport const y = LIMITS;\n`,
    );
    expect(await complaints(copy)).toMatch(
      /packages\/protocol: import cycle .*limits\.ts -> src\/scopes\.ts|scopes\.ts -> src\/limits\.ts/,
    );
  });

  test("reports a Node module in a package that must run in a browser", async () => {
    const frames = join(copy, "packages/protocol/src/frames.ts");
    await writeFile(
      frames,
      `import { readFileSync } from "node:fs";\n${await readFile(frames, "utf8")}\nexport const z = readFileSync;\n`,
    );
    expect(await complaints(copy)).toMatch(
      /packages\/protocol\/src\/frames\.ts: imports node:fs, but this package must run in a browser/,
    );
  });
});
