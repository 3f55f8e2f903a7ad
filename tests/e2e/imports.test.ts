import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { root } from "../support/gateway-process.ts";

const run = promisify(execFile);

/** Starts a gateway, makes the calls of a status page and runs the built-in model; prints the loaded libraries. */
const PROGRAM = `
import { registerHooks } from "node:module";
import { createGateway } from "@openclaw/gateway-core";
import { connectNode } from "@openclaw/client/node";

const gateway = createGateway({ config: { gateway: { auth: { token: "a-token-for-import-tests" } } }, port: 0 });
const { url } = await gateway.start();
const client = await connectNode({ url, auth: { token: "a-token-for-import-tests" }, scopes: ["operator.admin"] });
for (const method of ["health", "status", "models.list", "sessions.list"]) await client.request(method, {});
await client.run("agent", { message: "hi", idempotencyKey: "1" }).final;
await client.close();
await gateway.close();
`;

/** Names of all modules a file imports, at start, on first use, or with `require`. */
function importedModules(text: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    const isCall =
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === "require");
    const name = isImport ? node.moduleSpecifier : isCall ? node.arguments[0] : undefined;
    if (name && ts.isStringLiteralLike(name)) names.push(name.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("bundle.js", text, ts.ScriptTarget.ESNext, true));
  return names;
}

describe("lazy libraries", () => {
  test("start, status calls and the built-in model load no model or channel SDK", async () => {
    // Every file the process opens, as the kernel's view would show it; --trace-* flags differ between Node versions.
    const hook = `data:text/javascript,${encodeURIComponent(`
      export async function resolve(specifier, context, next) {
        const result = await next(specifier, context);
        console.error("loaded " + result.url);
        return result;
      }`)}`;
    const register = `data:text/javascript,${encodeURIComponent(`import { register } from "node:module"; register(${JSON.stringify(hook)});`)}`;
    const program = PROGRAM.replace(/^import \{ registerHooks \}.*\n/m, "");
    const { stderr } = await run(
      process.execPath,
      ["--import", register, "--input-type=module", "-e", program],
      { cwd: join(root, "tests"), maxBuffer: 16 * 1024 * 1024 },
    );
    const loaded = stderr.split("\n").filter((line) => line.startsWith("loaded "));
    expect(loaded.length).toBeGreaterThan(20);
    expect(
      loaded.filter((line) =>
        /ai-sdk|node_modules\/(ai|openai|zod|grammy|discord|@slack|irc-framework)\//.test(line),
      ),
    ).toEqual([]);
  });

  test("the gateway's bundle holds no model SDK and no chunks of its own that an upgrade could pull away", async () => {
    const bundle = await readFile(join(root, "apps/gateway/dist/index.cjs"), "utf8");
    // Natives that `ws` would take if somebody had installed them.
    const optional = ["bufferutil", "utf-8-validate"];
    const outside = importedModules(bundle).filter((name) => !isBuiltin(name) && !optional.includes(name));
    expect(await readdir(join(root, "apps/gateway/dist"))).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/chunk/)]),
    );
    expect([...new Set(outside)].sort()).toEqual(["@ai-sdk/openai-compatible", "libsql"]);
  });
});
