import type { Step } from "@openclaw/service";

import { print, printJson, tell, type CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { agrees, canAsk, type AskFlags } from "../removal/agreement.ts";
import { removalLines, type RemovalFlags } from "../removal/remove.ts";
import {
  planUninstallation,
  uninstall,
  UNINSTALL_SCOPES,
  type Uninstallation,
  uninstallLines,
  type UninstallScope,
} from "../removal/uninstallation.ts";
import { stepLines } from "../service/action.ts";

interface Options extends RemovalFlags, AskFlags, Readonly<Partial<Record<UninstallScope, boolean>>> {
  readonly all?: boolean;
  readonly yes?: boolean;
}

/**
 * `uninstall --service --state --workspace`: takes this profile off the machine; files are moved aside.
 * Docs: onboarding.md#uninstall
 */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const planned = await planUninstallation(context, await scopesOf(context, options), options);
  if (options.dryRun === true || planned.isNothing)
    return report(context, options, { ...planned, steps: [] });
  if (options.yes !== true && canAsk(context, options)) tell(io, ...uninstallLines(context, planned));
  if (!(await agrees(context, options, "Go on?"))) {
    print(io, "Nothing was changed.");
    return 0;
  }
  return report(context, options, { ...planned, ...(await uninstall(context, planned, options)) });
}

async function scopesOf(context: CommandContext, options: Options): Promise<ReadonlySet<UninstallScope>> {
  if (options.all === true) return new Set(UNINSTALL_SCOPES);
  const chosen = UNINSTALL_SCOPES.filter((name) => options[name] === true);
  if (chosen.length > 0) return new Set(chosen);
  if (!canAsk(context, options)) {
    const message = "what is to be uninstalled? Add --service, --state, --workspace or --all";
    throw new CliFailure(message, { code: "usage" });
  }
  const asked = new Set<UninstallScope>();
  for (const [name, question] of QUESTIONS) {
    if (/^\s*y/i.test(await context.io.ask(`${question} [y/N] `))) asked.add(name);
  }
  return asked;
}

const QUESTIONS = [
  ["service", "Stop and remove the service?"],
  ["state", "Take configuration, credentials and sessions away?"],
  ["workspace", "Take the workspaces of the agents away?"],
] as const;

function report(
  context: CommandContext,
  { json, dryRun }: Options,
  done: Uninstallation & { readonly steps: readonly Step[] },
): number {
  const { io } = context;
  const { scope, service, steps, removal, next, isNothing } = done;
  const { moved, left } = removal;
  if (json === true) {
    const facts = { scope: [...scope], service: service !== undefined, steps, moved, left, next };
    printJson(io, { ok: true, ...(dryRun === true && { dryRun }), ...facts });
    return 0;
  }
  // Commands are there to be copied: they keep their full paths, and are never broken.
  print(io, ...stepLines(steps));
  tell(
    io,
    ...(dryRun === true ? uninstallLines(context, done) : removalLines(context, removal, {})),
    ...(isNothing ? ["There is nothing to uninstall."] : []),
    ...next.map((line) => `Next: ${line}`),
  );
  return 0;
}
