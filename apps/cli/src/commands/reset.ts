import { print, printJson, tell, type CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { agrees, canAsk, type AskFlags } from "../removal/agreement.ts";
import type { Part } from "../removal/places.ts";
import { completionLines, planRemoval, removalLines, type RemovalFlags } from "../removal/remove.ts";
import { refuseRunning } from "../removal/running.ts";

interface Options extends RemovalFlags, AskFlags {
  readonly scope?: string;
  readonly yes?: boolean;
}

const SCOPES: Readonly<Record<string, readonly Part[]>> = {
  config: ["config"],
  "config+creds+sessions": ["config", "state"],
  full: ["config", "state", "workspace"],
};

/**
 * `reset --scope …`: takes configuration, state and workspace out of the way, so that the next start is a first one. What
 * goes is moved aside. Docs: onboarding.md#reset
 */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io, program } = context;
  const scope = options.scope ?? (await askScope(context, options));
  const parts = partsOf(scope);
  // First: locks of a gateway that crashed are gone after it.
  if (options.dryRun !== true) await refuseRunning(context, "Reset");
  const removal = await planRemoval(context, parts, { word: "reset", flags: options });
  const { moved, left } = removal;
  if (options.dryRun !== true && moved.length > 0) {
    const listed = removalLines(context, removal, { dryRun: true });
    if (options.yes !== true && canAsk(context, options)) tell(io, ...listed);
    if (!(await agrees(context, options, "Go on?"))) {
      print(io, "Nothing was changed.");
      return 0;
    }
    await removal.perform();
  }
  const next =
    moved.length === 0 || options.dryRun ? [] : [`${program} onboard`, ...completionLines(context, removal)];
  if (options.json)
    printJson(io, { ok: true, ...(options.dryRun && { dryRun: true }), scope, moved, left, next });
  else
    tell(
      io,
      ...removalLines(context, removal, options),
      ...(moved.length === 0 ? ["There is nothing to reset."] : []),
      ...next.map((line) => `Next: ${line}`),
    );
  return 0;
}

function partsOf(scope: string): ReadonlySet<Part> {
  const parts = Object.hasOwn(SCOPES, scope) ? SCOPES[scope] : undefined;
  if (parts !== undefined) return new Set(parts);
  const names = Object.keys(SCOPES).map((name) => `"${name}"`);
  throw new CliFailure(`Invalid --scope (use ${names.join(", ")})`, { code: "usage", label: "" });
}

async function askScope(context: CommandContext, flags: AskFlags): Promise<string> {
  const names = Object.keys(SCOPES).join(", ");
  if (!canAsk(context, flags))
    throw new CliFailure(`what is to be reset? Add --scope with one of ${names}`, { code: "usage" });
  return (await context.io.ask(`What is to be reset (${names})? [config] `)).trim() || "config";
}
