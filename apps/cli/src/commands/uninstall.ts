import type { Step } from "@openclaw/service";

import { print, printJson, type CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { agrees, canAsk, type AskFlags } from "../removal/agreement.ts";
import type { Part } from "../removal/places.ts";
import {
  completionLines,
  planRemoval,
  type Removal,
  removalLines,
  type RemovalFlags,
} from "../removal/remove.ts";
import { refuseRunning } from "../removal/running.ts";
import { actionFailure, stepLines } from "../service/action.ts";
import { refuseNix } from "../service/install-service.ts";
import { uninstallService } from "../service/lifecycle.ts";
import type { OwnService } from "../service/own-service.ts";
import { lookAtService } from "../service/service-look.ts";

const SCOPES = ["service", "state", "workspace", "app"] as const;
type Scope = (typeof SCOPES)[number];

/** `app` is for older scripts: there is none here. */
interface Options extends RemovalFlags, AskFlags, Readonly<Partial<Record<Scope, boolean>>> {
  readonly all?: boolean;
  readonly yes?: boolean;
}

/**
 * `uninstall --service --state --workspace`: takes this profile off the machine. The service goes first, and with it the
 * gateway it runs; files are moved aside. Docs: onboarding.md#uninstall
 */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const scope = await scopesOf(context, options);
  const found = await plan(context, scope, options);
  if (options.dryRun === true || found.isNothing) return report(context, options, { ...found, steps: [] });
  if (options.yes !== true && canAsk(context, options)) print(io, ...plannedLines(context, found));
  if (!(await agrees(context, options, "Go on?"))) {
    print(io, "Nothing was changed.");
    return 0;
  }
  const steps = found.service === undefined ? [] : await endService(context, found.service);
  if (found.removal.moved.length > 0) await refuseRunning(context, "Uninstall");
  // Locks are gone with the gateway, and it may have written something in the end.
  const removal = await planRemoval(context, partsOf(scope), { word: WORD, flags: options });
  await removal.perform();
  return report(context, options, { ...found, removal, steps });
}

interface Uninstallation {
  readonly scope: ReadonlySet<Scope>;
  /** That is to be ended; undefined when there is none, or it is to stay. */
  readonly service: OwnService | undefined;
  readonly removal: Removal;
  readonly isNothing: boolean;
  readonly next: readonly string[];
}

async function plan(
  context: CommandContext,
  scope: ReadonlySet<Scope>,
  flags: RemovalFlags,
): Promise<Uninstallation> {
  const { isInstalled, own } = await lookAtService(context);
  const service = isInstalled && scope.has("service") ? own : undefined;
  const removal = await planRemoval(context, partsOf(scope), { word: WORD, flags });
  const next = [
    ...(isInstalled && service === undefined ? [`${context.program} gateway uninstall`] : []),
    ...completionLines(context, removal),
    ...(scope.size === SCOPES.length ? ["remove the command with the program that installed it"] : []),
  ];
  return { scope, service, removal, next, isNothing: service === undefined && removal.moved.length === 0 };
}

const WORD = "uninstalled";

function partsOf(scope: ReadonlySet<Scope>): ReadonlySet<Part> {
  return new Set<Part>([
    ...(scope.has("state") ? (["config", "state"] as const) : []),
    ...(scope.has("workspace") ? (["workspace"] as const) : []),
  ]);
}

async function scopesOf(context: CommandContext, options: Options): Promise<ReadonlySet<Scope>> {
  if (options.all === true) return new Set(SCOPES);
  const chosen = SCOPES.filter((name) => options[name] === true);
  if (chosen.length > 0) return new Set(chosen);
  if (!canAsk(context, options)) {
    const message = "what is to be uninstalled? Add --service, --state, --workspace or --all";
    throw new CliFailure(message, { code: "usage" });
  }
  const asked = new Set<Scope>();
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

async function endService(context: CommandContext, own: OwnService): Promise<readonly Step[]> {
  try {
    refuseNix(context, "uninstall");
    return (await uninstallService(own)).steps ?? [];
  } catch (error) {
    throw actionFailure(error, context, "uninstall");
  }
}

function plannedLines(context: CommandContext, { service, removal }: Uninstallation): readonly string[] {
  return [
    ...(service === undefined ? [] : [`Would stop and remove the service ${service.supervisor.name}`]),
    ...removalLines(context, removal, { dryRun: true }),
  ];
}

function report(
  context: CommandContext,
  { json, dryRun }: Options,
  found: Uninstallation & { readonly steps: readonly Step[] },
): number {
  const { io } = context;
  const { scope, service, steps, removal, next, isNothing } = found;
  const { moved, left } = removal;
  if (json === true) {
    const done = { scope: [...scope], service: service !== undefined, steps, moved, left, next };
    printJson(io, { ok: true, ...(dryRun === true && { dryRun }), ...done });
    return 0;
  }
  const lines = [...stepLines(steps), ...removalLines(context, removal, {})];
  print(
    io,
    ...(dryRun === true ? plannedLines(context, found) : lines),
    ...(isNothing ? ["There is nothing to uninstall."] : []),
    ...next.map((line) => `Next: ${line}`),
  );
  return 0;
}
