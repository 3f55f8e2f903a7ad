import { defaultModelChanges, type OpenClawConfig } from "@openclaw/config";

import { askOwnGateway } from "../../config/own-gateway.ts";
import { unreadable } from "../../config/refusals.ts";
import { plan, save, type SaveFlags } from "../../config/save.ts";
import { complain, print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { askModels, type ModelsView } from "../../models/view-models.ts";

/** `models set <model>`: the default model, by reference or alias. Docs: configuration.md#model-selection */
export async function run(
  context: CommandContext,
  options: Omit<SaveFlags, "force">,
  words: readonly string[],
): Promise<number> {
  const { io, loaded } = context;
  if (!loaded.valid) throw unreadable(context);
  const model = modelRef(context, words[0] ?? "");
  const found = await plan(
    context,
    { kind: "change", changes: (before) => defaultModelChanges(before, model) },
    options,
  );
  const saved = await save(context, found, { flags: options, command: ["models", "set", model] });
  const asked = options.dryRun ? undefined : await askOwnGateway(context, options, askModels);
  const warnings = asked?.running ? doubts(asked.value, model) : [];
  complain(io, ...warnings);
  if (options.json) printJson(io, { ...saved, model, warnings });
  else print(io, `${options.dryRun ? "Would set the" : "Set the"} default model to ${model}.`, saved.outcome);
  return 0;
}

/** `provider/model`. */
function modelRef({ loaded, program }: CommandContext, text: string): string {
  const typed = text.trim();
  const target = aliased(loaded.config, typed) ?? typed;
  const [, provider, id] = /^([^/\s]+)\/(\S+)$/u.exec(target) ?? [];
  if (provider !== undefined && id !== undefined) return `${provider.toLowerCase()}/${id}`;
  throw new CliFailure(`invalid model: ${typed} (use provider/model)`, {
    code: "usage",
    hint: `${program} models list`,
  });
}

function aliased({ agents }: OpenClawConfig, name: string): string | undefined {
  const entries = Object.entries(agents?.defaults?.models ?? {});
  return entries.find(([, { alias }]) => alias?.toLowerCase() === name.toLowerCase())?.[0];
}

/** Why the gateway could not run it as things are. */
function doubts({ models }: ModelsView, ref: string): string[] {
  const model = models.find(({ key }) => key === ref);
  if (model === undefined || model.missing)
    return [`The gateway knows no model ${ref}: runs with it may fail.`];
  return model.available
    ? []
    : [`There is no key for the provider of ${ref}: runs with it fail until there is.`];
}
