import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { CONNECTION_ERROR_CODES } from "@openclaw/client";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { startEmbedded, TOKEN } from "../support/embedded.ts";
import { root } from "../support/gateway-process.ts";

const run = promisify(execFile);
const SIBLINGS = ["protocol", "client"];
const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED/;

describe("the browser entry", () => {
  test("is at most 15 KB when a page packs all of it, and holds no Node module", async () => {
    // As a page would: from what is published, with everything it exports in use.
    const packed = await build({
      stdin: { contents: 'export * from "@openclaw/client"', resolveDir: join(root, "tests") },
      bundle: true,
      minify: true,
      splitting: true,
      write: false,
      format: "esm",
      platform: "browser",
      target: "es2022",
      outdir: "page",
    });
    const entry = packed.outputFiles.find(({ path }) => basename(path) === "stdin.js");
    expect(gzipSync(entry!.contents, { level: 9 }).length).toBeLessThanOrEqual(15 * 1024);
    for (const { text } of packed.outputFiles) expect(text).not.toMatch(/["']node:|require\(/);
  });
});

describe("the documentation", () => {
  test("lists the errors of the client as the code has them", async () => {
    const text = await readFile(join(root, "docs/troubleshooting.md"), "utf8");
    const section = text.split("## Client errors")[1]?.split("\n## ")[0] ?? "";
    const rows = [...section.matchAll(/^\| `(\w+)` +\| (.*?) +\| (.*?) +\|$/gm)].map((row) => row.slice(1));
    expect(rows).toEqual(
      Object.entries(CONNECTION_ERROR_CODES).map(([code, { meaning, nextStep }]) => [
        code,
        meaning,
        nextStep,
      ]),
    );
  });
});

// Ten lines between the imports and the end.
const PROGRAM = `
import { connectNode } from "@openclaw/client/node";

const client = await connectNode({ url: URL_HERE, auth: { token: TOKEN_HERE }, scopes: ["operator.write"] });
const idempotencyKey = crypto.randomUUID();
const done = new Promise<void>((resolve) => client.on("chat", (event) => {
  if (event.state === "delta") console.log("piece:", event.deltaText);
  if (event.state === "final") resolve(console.log("end:", event.runId === idempotencyKey));
}));
await client.request("chat.send", { sessionKey: "main", message: "hello there", idempotencyKey });
await done;
await client.close();
`;

// Its own methods are typed by augmentation; a wrong param is an error wherever it is.
const TYPES = `
import type { Client } from "@openclaw/client";

declare module "@openclaw/protocol" {
  interface Methods {
    "acme.greet": { readonly params: { readonly name: string }; readonly result: { readonly text: string } };
  }
  interface Events {
    "acme.greeted": { readonly name: string };
  }
}

export async function use(client: Client): Promise<string> {
  client.on("acme.greeted", ({ name }) => name.trim());
  client.on("tick", ({ ts }) => ts.toFixed());
  // @ts-expect-error limit is a number
  await client.request("logs.tail", { limit: "5" });
  // @ts-expect-error the name is missing
  await client.request("acme.greet", {});
  const { text } = await client.request("acme.greet", { name: "you" });
  const unknown: unknown = await client.request("acme.other", { any: 1 });
  return text + typeof unknown;
}
`;

describe("a project outside the workspace", () => {
  test("installs the packed siblings, checks its types without a cast, streams a chat and ends", async ({
    skip,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), "stranger-"));
    try {
      const references = SIBLINGS.map((name) => join(root, "packages", name));
      await run(join(root, "node_modules/.bin/tsc"), ["-b", ...references], { cwd: root });
      await writeProject(folder);
      try {
        const tarballs = await Promise.all(SIBLINGS.map((name) => pack(name, folder)));
        const flags = ["--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=0"];
        await run("npm", ["install", ...flags, ...tarballs], { cwd: folder });
      } catch (error) {
        if (OFFLINE.test(String((error as { stderr?: unknown }).stderr)))
          skip("the package registry cannot be reached: ws and valibot come from there");
        throw error;
      }
      await run(join(root, "node_modules/.bin/tsc"), ["-p", folder]);
      await using gateway = await startEmbedded();
      const program = (await readFile(join(folder, "main.js"), "utf8"))
        .replace("URL_HERE", JSON.stringify(gateway.address.url))
        .replace("TOKEN_HERE", JSON.stringify(TOKEN));
      await writeFile(join(folder, "main.js"), program);
      // No process.exit in the program: it must end by itself.
      const { stdout } = await run(process.execPath, ["main.js"], { cwd: folder, timeout: 30_000 });
      const lines = stdout.trim().split("\n");
      expect(lines.at(-1)).toBe("end: true");
      expect(lines.length).toBeGreaterThan(1);
      expect(PROGRAM.trim().split("\n").length).toBeLessThanOrEqual(12);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function writeProject(folder: string): Promise<void> {
  const compilerOptions = {
    strict: true,
    module: "NodeNext",
    target: "ES2022",
    lib: ["ES2023", "DOM"],
    types: [],
    skipLibCheck: false,
  };
  const declared = `declare const URL_HERE: string;\ndeclare const TOKEN_HERE: string;\n`;
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  await writeFile(join(folder, "globals.d.ts"), declared);
  await writeFile(join(folder, "main.ts"), PROGRAM);
  await writeFile(join(folder, "types.ts"), TYPES);
}

/** Packs one package as it is published and returns the path of the tarball. */
async function pack(name: string, destination: string): Promise<string> {
  const { packageManager } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    packageManager: string;
  };
  const cwd = join(root, "packages", name);
  await run("npx", ["--yes", packageManager, "pack", "--pack-destination", destination], { cwd });
  const file = (await readdir(destination)).find((entry) => entry.startsWith(`openclaw-${name}-`));
  return join(destination, file!);
}
