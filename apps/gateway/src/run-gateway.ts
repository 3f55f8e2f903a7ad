import { homedir, tmpdir, userInfo } from "node:os";
import {
  commandName,
  type Env,
  type GatewayFlags,
  importShellEnv,
  loadConfig,
  type LoadedConfig,
  type Paths,
  resolvePaths,
} from "@openclaw/config";
import { GATEWAY_VERSION, type TrafficLogStyle } from "@openclaw/gateway-core";
import { checkStore } from "./check-store.ts";
import { type Host, refuseStart } from "./host.ts";
import { openLogging, type OpenedLogging } from "./logging/open-logging.ts";
import type { ConsoleStreams } from "./logging/logging.ts";
import { takeUnreportedCrash, writeCrashReport } from "./process/crash-report.ts";
import { watchFaults } from "./process/faults.ts";
import { type Signals, takeSignals } from "./process/signals.ts";
import { standardStreams } from "./process/standard-streams.ts";
import { serve } from "./serve.ts";
import { checkFlags, type RunFlags } from "./start/flags.ts";
import { isDevelopment, takeFirstSteps } from "./start/first-steps.ts";
import type { FreePortResult } from "./force/free-port.ts";
import { forceFree } from "./start/free-own-port.ts";
import { knownSecrets } from "./start/known-secrets.ts";
import { prepareLastGood } from "./start/last-good.ts";
import { prepare, type Prepared } from "./start/prepare.ts";
import { startLine, withNextStep } from "./start/next-step.ts";
import { type Reset, resetDevelopment } from "./start/reset.ts";
import { isJournal } from "./supervision/journal.ts";
import { lastLinesOf, takeLastRun } from "./supervision/last-run.ts";
import { createNotifier } from "./supervision/notifier.ts";

/** How `openclaw gateway run` was called. */
export interface RunGatewayOptions {
  readonly flags: RunFlags;
  /** Environment of the process with the global flags (`--profile`, `--dev`) applied. */
  readonly env: Env;
}

/**
 * Runs a gateway in this process until it is told to stop, and resolves with the exit code: 0 after SIGTERM or SIGINT,
 * 78 when the configuration must change, 1 otherwise. Open handles may be left when the shutdown budget is over, so
 * exit with the code rather than wait.
 *
 * Docs: runbook.md#five-minute-start
 */
export async function runGateway(options: RunGatewayOptions): Promise<number> {
  if (options.flags.checkStore === true) return printStoreReport(options);
  const signals = takeSignals(process);
  const streams = standardStreams(process.stdout, process.stderr);
  process.title = "openclaw-gateway";
  try {
    return await start(options, streams, signals);
  } catch (error) {
    return refuseStart({ streams }, { lines: [`Gateway failed to start: ${String(error)}`], exitCode: 1 });
  } finally {
    signals.release();
  }
}

async function printStoreReport({ env }: RunGatewayOptions): Promise<number> {
  const report = await checkStore({ env });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return report.ok ? 0 : 1;
}

const NO_RESET: Reset = { ok: true, lines: [] };

async function start(
  { flags, env: own }: RunGatewayOptions,
  streams: ConsoleStreams,
  signals: Signals,
): Promise<number> {
  const checked = await checkFlags(flags);
  if (!checked.ok) return refuseStart({ streams }, checked.failure);
  const paths = resolvePaths({ env: own, homeDir: homedir(), cwd: process.cwd() });
  const writer = { pid: process.pid, ppid: process.ppid, cwd: process.cwd(), argv: process.argv };
  const isDev = isDevelopment({ paths, isDev: flags.dev === true });
  const reset = flags.reset === true ? await resetDevelopment(paths, isDev, Date.now()) : NO_RESET;
  if (!reset.ok) return refuseStart({ streams }, reset.failure);
  // Beside a file that is gone nothing is made up either.
  const firstSteps = checked.safe ? [] : await takeFirstSteps({ paths, writer, isDev });
  const firstLines = [...reset.lines, ...firstSteps];
  const { loaded, env, problem } = await load(paths, own);
  const logging = await openLogs({ loaded, paths, streams, isVerbose: flags.verbose === true });
  for (const secret of knownSecrets(loaded)) logging.addSecret(secret);
  const notifier = createNotifier({ env, pid: process.pid, logger: logging.subsystem("gateway") });
  const host: Host = { env, paths, writer, streams, signals, logging, notifier };
  const stopWatching = watch(host);
  try {
    for (const line of firstLines) logging.subsystem("gateway").info(line);
    if (problem !== undefined) logging.subsystem("gateway").warn(`shell env fallback failed: ${problem}`);
    return await prepareAndServe(host, loaded, { ...checked, isDev, force: flags.force ?? 0 });
  } finally {
    notifier.close();
    stopWatching();
    await logging.flush();
  }
}

/** The configuration, and the environment it is read in: that of the process, with what the login shell adds. */
async function load(
  paths: Paths,
  own: Env,
): Promise<{ readonly loaded: LoadedConfig; readonly env: Env; readonly problem: string | undefined }> {
  const loaded = await loadConfig({ paths, env: own });
  const { variables, problem } = await importShellEnv({ loaded, env: own, homeDir: systemHome() });
  if (Object.keys(variables).length === 0) return { loaded, env: own, problem };
  const env = { ...own, ...variables };
  return { loaded: await loadConfig({ paths, env }), env, problem };
}

/** Home folder of the user, whatever the environment says; a container may have a user that it does not know. */
function systemHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}

interface Wishes {
  readonly flags: GatewayFlags;
  readonly secretsFromFiles: ReadonlySet<string>;
  readonly isDev: boolean;
  readonly force: number;
  readonly safe: boolean;
  readonly trafficLog: TrafficLogStyle;
}

async function prepareAndServe(host: Host, loaded: LoadedConfig, wishes: Wishes): Promise<number> {
  const { env, paths, writer, logging } = host;
  const { flags, force, safe, trafficLog } = wishes;
  // What is to be rescued is not completed on the way.
  const file = await prepare({ loaded, env, paths, writer, flags, isReadOnly: safe });
  const preparation = file.ok || !safe ? file : await prepareLastGood(host, file.failure, { flags, writer });
  if (!preparation.ok) return refuseStart(host, withNextStep(preparation.failure, { flags, paths, env }));
  const { prepared } = preparation;
  await reportBefore(host, prepared, wishes);
  // Only now: a start that its configuration forbids must not stop anything.
  const freed =
    force > 0
      ? await forceFree(prepared.settings.port, {
          program: commandName(paths, env),
          startLine: startLine({ paths, env, flags }),
          isRepeated: force > 1,
          logging,
        })
      : NOTHING_STOPPED;
  if (!freed.ok) return refuseStart(host, { lines: freed.lines, exitCode: 1 });
  return serve(host, prepared, { flags, trafficLog, isDev: wishes.isDev, stopped: freed.stopped });
}

const NOTHING_STOPPED: FreePortResult = { ok: true, stopped: [] };

/** Warnings and notes that come before the gateway's own lines. */
async function reportBefore(
  { env, paths, logging }: Host,
  { settings, logLines }: Prepared,
  wishes: Wishes,
): Promise<void> {
  const logger = logging.subsystem("gateway");
  logging.addSecret(settings.auth.token);
  logging.addSecret(settings.auth.password);
  for (const line of logLines) logger.info(line);
  // A secret out of a file was never on the command line.
  const isShown = (line: string) =>
    ![...wishes.secretsFromFiles].some((name) => line.startsWith(`--${name} `));
  for (const line of settings.warnings.filter(isShown)) logger.warn(line);
  const lastRun = await takeLastRun(env);
  if (lastRun !== undefined)
    writeCrashReport(paths.stateDir, {
      version: GATEWAY_VERSION,
      ts: new Date().toISOString(),
      reason: lastRun.reason,
      stack: "",
      lastLines: await lastLinesOf(logging.filePath),
    });
  const crash = await takeUnreportedCrash(paths.stateDir);
  if (crash !== undefined) logger.warn(`the previous run crashed; report: ${crash}`);
}

function openLogs(o: {
  readonly loaded: LoadedConfig;
  readonly paths: Paths;
  readonly streams: ConsoleStreams;
  readonly isVerbose: boolean;
}): Promise<OpenedLogging> {
  const { loaded, paths, streams, isVerbose } = o;
  const parsed: unknown = loaded.parsed;
  const section =
    typeof parsed === "object" && parsed !== null && "logging" in parsed ? parsed.logging : undefined;
  return openLogging({
    section,
    env: loaded.env,
    isVerbose,
    terminal: { out: process.stdout.isTTY, any: process.stdout.isTTY || process.stderr.isTTY },
    isJournal: [process.stdout, process.stderr].every(({ fd }) => isJournal(loaded.env, fd)),
    profile: paths.profile,
    home: paths.home,
    stateDir: paths.stateDir,
    tmpDir: tmpdir(),
    uid: process.getuid?.(),
    console: streams,
  });
}

function watch({ logging, paths }: Host): () => void {
  const logger = logging.subsystem("gateway");
  const onCrash = (error: unknown) => {
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    const path = writeCrashReport(paths.stateDir, {
      version: GATEWAY_VERSION,
      ts: new Date().toISOString(),
      reason: logging.redact(message),
      stack: logging.redact(stack),
      uptimeMs: Math.round(process.uptime() * 1000),
      rssBytes: process.memoryUsage.rss(),
      lastLines: logging.recentLines(),
    });
    logger.fatal(`uncaught error; the gateway ends${path === undefined ? "" : `, report: ${path}`}`, {
      error,
    });
    logging.flushSync();
    process.exit(1);
  };
  return watchFaults(process, { logger, onCrash });
}
