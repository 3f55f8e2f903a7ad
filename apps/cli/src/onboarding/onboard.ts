import { displayPath, setupConfig } from "@openclaw/config";
import { UnsupportedSupervisor } from "@openclaw/service";

import { agentIds, workspaceDir } from "../agents/configured-agents.ts";
import { changeLines } from "../config/change-lines.ts";
import { unreadable } from "../config/refusals.ts";
import { save, type Saved } from "../config/save.ts";
import { findTarget } from "../connection/open-gateway.ts";
import { complain, openContext, print, printJson, tell, type CommandContext } from "../context.ts";
import { canAsk } from "../removal/agreement.ts";
import { planRemoval, type Removed, removalLines } from "../removal/remove.ts";
import { refuseRunning } from "../removal/running.ts";
import { stepLines } from "../service/action.ts";
import { lookAtService, type ServiceLook } from "../service/service-look.ts";
import { acceptsRisk, checkCircumstances } from "./consent.ts";
import { argumentWarnings, checkFlags, type Mode, modeOf, type OnboardFlags } from "./flags.ts";
import { bootOf, type Expectation, lookAtHealth } from "./health.ts";
import type { Onboarded, OnboardingKind } from "./onboarded.ts";
import { offerLinger } from "./linger.ts";
import { agreed, askMissing } from "./questions.ts";
import { type ServiceStep, settleService } from "./service.ts";
import { type PlannedSettings, planSettings } from "./settings.ts";

/** What is being done, as every step of it knows it. */
interface Onboarding {
  readonly context: CommandContext;
  readonly kind: OnboardingKind;
  readonly flags: OnboardFlags;
  readonly mode: Mode;
  /** Tells a person; silent under `--json`. */
  readonly say: (...lines: readonly string[]) => void;
}

/**
 * Sets this machine up, or changes how it is: asks what is left open, plans one edit and checks it, and only then writes;
 * then the service, then a look at the gateway. Typed again it changes nothing. Docs: onboarding.md
 */
export async function onboard(
  start: CommandContext,
  typed: OnboardFlags,
  kind: OnboardingKind,
): Promise<number> {
  const { io } = start;
  const say = (...lines: readonly string[]) => (typed.json === true ? undefined : tell(io, ...lines));
  checkFlags(typed);
  checkCircumstances(start, typed, kind);
  const warnings = argumentWarnings(typed);
  if (typed.json !== true) complain(io, ...warnings);
  if (kind === "onboard" && !(await acceptsRisk(start, typed))) return unchanged(start);
  const moved = typed.reset === true ? await beginAnew(start, say) : [];
  const context = await preparedContext(start, kind);
  const flags = canAsk(context, typed) ? await askMissing(context, typed, await interview(context)) : typed;
  const mode = modeOf(flags, context.loaded.config.gateway?.mode);
  const onboarding: Onboarding = { context, kind, flags, mode, say };
  const planned = await planSettings(context, { flags, mode, isComplete: kind === "onboard" });
  if (!(await isWanted(onboarding, planned))) return unchanged(start);
  const boot = await bootOf(context);
  const saved = await write(onboarding, planned);
  const done = { ...onboarding, context: await openContext(io) };
  const workspace = mode === "local" ? await settleWorkspace(done) : null;
  const service = flags.installDaemon === true ? await installed(done) : null;
  const seen = await lookAround(done, { saved, service, boot });
  const changedPaths = pathsOf(planned.changes);
  const created = (moved.length > 0 || !start.loaded.exists) && done.context.loaded.exists;
  const { configPath: config } = context.paths;
  const all = [...warnings, ...planned.notes, ...(service?.warnings ?? [])];
  const facts: Onboarded = {
    ...{ ok: true, mode, config, created, changedPaths, moved },
    ...{ workspace, service, ...seen, warnings: all },
  };
  if (typed.json === true) printJson(io, facts);
  return 0;
}

function unchanged({ io }: CommandContext): number {
  print(io, "Nothing was changed.");
  return 0;
}

async function beginAnew(context: CommandContext, say: Onboarding["say"]): Promise<Removed["moved"]> {
  await refuseRunning(context, "Reset");
  const removal = await planRemoval(context, new Set(["config", "state"]), { word: "reset", flags: {} });
  await removal.perform();
  say(...removalLines(context, removal, {}));
  return removal.moved;
}

/** What is there now; of a new development profile what it always begins with. @throws {CliFailure} it is invalid */
async function preparedContext({ io }: CommandContext, kind: OnboardingKind): Promise<CommandContext> {
  const context = await openContext(io);
  const { loaded, paths, env } = context;
  if (!loaded.valid) throw unreadable(context);
  if (loaded.exists || paths.profile !== "dev") return context;
  await setupConfig({ paths, env, writer: writerOf(context, kind) });
  return openContext(io);
}

async function interview(context: CommandContext): Promise<{ readonly canInstall: boolean }> {
  const { own, isInstalled } = await lookAtService(context);
  return {
    canInstall: own !== undefined && !isInstalled && !(own.supervisor instanceof UnsupportedSupervisor),
  };
}

async function isWanted({ context, flags, say }: Onboarding, { changes }: PlannedSettings): Promise<boolean> {
  if (!canAsk(context, flags) || changes.length === 0) return true;
  say(...changeLines(changes));
  return agreed(context, "Save this?");
}

async function write(
  { context, kind, flags, say }: Onboarding,
  { edit, changes, notes }: PlannedSettings,
): Promise<Saved | undefined> {
  const path = displayPath(edit.file, context.paths.home);
  if (changes.length === 0) {
    say(`Config OK: ${path}`);
    return undefined;
  }
  const saved = await save(context, edit, {
    flags: { ...(flags.json === true && { json: true }) },
    command: [kind],
  });
  say(`Wrote ${path}: ${pathsOf(changes).join(", ")}`, ...notes, ...(saved.effects ? [saved.outcome] : []));
  return saved;
}

function pathsOf(changes: PlannedSettings["changes"]): readonly string[] {
  return changes.map(({ path }) => path);
}

/** Makes the folders that are to be there, and says where the default agent works. */
async function settleWorkspace({ context, kind, flags, say }: Onboarding): Promise<string> {
  if (kind === "configure" && flags.workspace === undefined)
    return workspaceDir(context, agentIds(context)[0]);
  const { paths, env } = context;
  const { workspace, lines } = await setupConfig({ paths, env, writer: writerOf(context, kind) });
  // The first is about the file.
  say(...lines.slice(1));
  return workspace;
}

async function installed({ context, flags, say }: Onboarding): Promise<ServiceStep> {
  const { daemonRuntime: runtime } = flags;
  const step = await settleService(context, runtime === undefined ? {} : { runtime });
  say(...step.warnings);
  // Commands are there to be copied: they keep their full paths, and are never broken.
  if (flags.json !== true) print(context.io, ...stepLines(step.steps));
  if (canAsk(context, flags)) say(...(await offerLinger(context)));
  return step;
}

const PATIENCE_MS = 30_000;

interface Done {
  readonly saved: Saved | undefined;
  readonly service: ServiceStep | null;
  /** Of the gateway that answered before anything was written. */
  readonly boot: string | undefined;
}

/** How the gateway is after all of it, and what to type next. */
async function lookAround(onboarding: Onboarding, done: Done): Promise<Pick<Onboarded, "health" | "next">> {
  const { context, flags, mode, say } = onboarding;
  const look = await lookAtService(context);
  const expected = mode === "remote" ? { patienceMs: 0 } : expectation(done, look);
  const health = flags.skipHealth === true ? "skipped" : await lookAtHealth(context, expected);
  if (health === "healthy") say(`Gateway healthy at ${findTarget(context, {}).url}.`);
  if (health === "not_running") say("Gateway not running.");
  const next = health === "healthy" ? useLines(onboarding) : startLines(onboarding, look);
  say(...next.map((line) => `Next: ${line}`));
  return { health, next };
}

function expectation({ saved, service, boot }: Done, { isInstalled, state }: ServiceLook): Expectation {
  const effects = saved?.effects ?? undefined;
  const isRunning = isInstalled && state.runtime.status === "running";
  if (service === null && effects === undefined && !isRunning) return {};
  return { patienceMs: PATIENCE_MS, ...(effects?.restart.length && { endingBoot: boot }) };
}

function useLines({ context: { program }, flags, kind }: Onboarding): readonly string[] {
  if (kind === "configure") return [];
  return [`${program} status`, ...(flags.skipUi === true ? [] : [`${program} dashboard`])];
}

function startLines({ context: { program }, mode }: Onboarding, look: ServiceLook): readonly string[] {
  if (mode === "remote") return [`${program} status`];
  return look.isInstalled
    ? [`${program} gateway start`]
    : [`${program} gateway`, `${program} gateway install`];
}

function writerOf({ io }: CommandContext, kind: OnboardingKind) {
  const { pid, ppid } = io.machine;
  return { pid, ppid, cwd: io.cwd, argv: [kind] };
}
