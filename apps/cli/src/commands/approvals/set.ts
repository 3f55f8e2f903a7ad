import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { readFields } from "../../read-fields.ts";
import { openPolicies, type PolicyFlags } from "./policies.ts";

interface Options extends PolicyFlags {
  readonly file?: string;
  readonly stdin?: boolean;
}

/**
 * `approvals set --file <path>` or `--stdin`: replaces the policies. Takes what `approvals get --json` printed, and then
 * refuses when they have changed since, or the policies alone, for whatever is there now.
 */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const value = readJson(await readText(context, options));
  const { file = value, hash } = readFields(value);
  const written = await withGateway(context, options, async (client) => {
    const policies = await openPolicies(client, context, options);
    return policies.write({ file, baseHash: hash ?? readFields(await policies.read())["hash"] });
  });
  if (options.json) printJson(context.io, written);
  else print(context.io, `Wrote ${String(readFields(written)["path"] ?? "the policies")}.`);
  return 0;
}

async function readText({ io }: CommandContext, { file, stdin }: Options): Promise<string> {
  if (stdin) return io.readStdin();
  if (file === undefined) throw new CliFailure("say where from: --file <path> or --stdin", { code: "usage" });
  try {
    return await readFile(resolve(io.cwd, file), "utf8");
  } catch (cause) {
    throw new CliFailure(`cannot read ${file}`, { code: "not_found", cause });
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliFailure(`not JSON: ${reason}`, { code: "usage", cause });
  }
}
