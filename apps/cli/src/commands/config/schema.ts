import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";

import { describeConfig, schemaPart } from "@openclaw/config";

import { pathNotFound } from "../../config/refusals.ts";
import { typedPath } from "../../config/typed-path.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

interface Options {
  readonly out?: string;
}

/** `config schema [path]`: JSON Schema of the configuration or of a part. Docs: configuration.md#schema */
export async function run(
  { io }: CommandContext,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const [text] = words;
  const { schema } = await describeConfig();
  const part = text === undefined ? schema : schemaPart(schema, typedPath(text));
  if (part === undefined) throw pathNotFound(text ?? "");
  if (options.out === undefined) {
    printJson(io, part);
    return 0;
  }
  const file = resolve(io.cwd, options.out);
  try {
    await writeFile(file, `${JSON.stringify(part, null, 2)}\n`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliFailure(`cannot write ${file}: ${reason}`, { code: "failed", cause });
  }
  print(io, `Wrote ${file}`);
  return 0;
}
