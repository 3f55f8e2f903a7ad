import { resolve } from "node:path";

import type { Client } from "@openclaw/client";
import {
  configDifferences,
  type FileText,
  loadConfig,
  loadConfigWith,
  type LoadedConfig,
  readLastGood,
} from "@openclaw/config";

import { changeLines } from "../../config/change-lines.ts";
import { findEntry, textOf } from "../../config/history-entry.ts";
import { askOwnGateway } from "../../config/own-gateway.ts";
import { unreadable } from "../../config/refusals.ts";
import type { ConnectionFlags } from "../../connection/flags.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

interface Options extends Omit<ConnectionFlags, "url"> {
  readonly against?: string;
  readonly json?: boolean;
}

/** `config diff`: what the file says that another text does not. Docs: configuration.md#history */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io, loaded } = context;
  if (!loaded.valid) throw unreadable(context);
  const compare = async (client?: Client) => {
    const { name, config } = await other(context, options, client);
    const changes = configDifferences(config.resolved, loaded.resolved);
    return { against: name, changes };
  };
  const asked = await askOwnGateway(context, options, compare);
  const { against, changes } = asked.running ? asked.value : await compare();
  if (options.json) printJson(io, { against, changes });
  else if (changes.length === 0) print(io, `The file says the same as ${against}.`);
  else
    print(
      io,
      `Against ${against}:`,
      ...changeLines(changes).map((line, at) => `${line} (${changes[at]?.kind ?? ""})`),
    );
  return 0;
}

interface Other {
  readonly name: string;
  readonly config: LoadedConfig;
}

async function other(context: CommandContext, { against }: Options, client?: Client): Promise<Other> {
  const { io, paths } = context;
  const named = (name: string, text: string) => interpret(context, name, [{ file: paths.configPath, text }]);
  if (against === undefined && client !== undefined) {
    const { configStatus } = await client.request("health", {});
    const hash = configStatus?.hash;
    if (!hash) throw new CliFailure("the gateway does not tell what it runs with", { code: "failed" });
    const running = await readLastGood({ paths });
    // What is in force is kept with all its files; the gateway names the main one.
    if (running?.hash === hash) return interpret(context, "the running gateway", running.files);
    return named("the running gateway", await textOf(context, { hash }));
  }
  if (against === undefined || against === "last-good") {
    const lastGood = await readLastGood({ paths });
    if (lastGood === undefined)
      throw new CliFailure("no gateway has run with this configuration yet", { code: "not_found" });
    return interpret(context, "the last good configuration", lastGood.files);
  }
  const file = resolve(io.cwd, against);
  const config = await loadConfig({ paths: { ...paths, configPath: file }, env: io.env });
  if (config.exists) return config.valid ? { name: file, config } : invalid(file);
  const entry = await findEntry(context, against);
  return named(`${entry.id} of ${entry.ts}`, await textOf(context, entry));
}

/** Older texts of some files, with everything around them as it is now. */
async function interpret(
  { io, paths }: CommandContext,
  name: string,
  texts: readonly FileText[],
): Promise<Other> {
  const config = await loadConfigWith({ paths, env: io.env }, texts);
  return config.valid ? { name, config } : invalid(name);
}

function invalid(name: string): never {
  throw new CliFailure(`not a valid configuration: ${name}`, { code: "config_invalid" });
}
