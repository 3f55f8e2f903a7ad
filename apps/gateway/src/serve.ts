import { commandName, type GatewayFlags } from "@openclaw/config";
import {
  type CloseOptions,
  createGateway,
  type Gateway,
  type GatewayMemory,
  type InstalledOptions,
  readLock,
  type TrafficLogStyle,
} from "@openclaw/gateway-core";
import { announceGateway, type Announcement } from "./discovery/announce-gateway.ts";
import type { StoppedProcess } from "./force/free-port.ts";
import { type Host, refuseStart } from "./host.ts";
import { loggingPart, loggingSource } from "./logging/logging-part.ts";
import { type Ending, waitWithin } from "./process/closing.ts";
import { type ConfigWarnings, createConfigWarnings } from "./logging/config-warnings.ts";
import type { StopSignal } from "./process/signals.ts";
import { describeService } from "./supervision/describe-service.ts";
import { type ExpectedRestart, expectRestart, type ReadyRestart, type RestartCause } from "./restart.ts";
import { createWhois } from "./tailnet/whois.ts";
import { dangerLines, listeningLine, welcomeLines } from "./start/announce.ts";
import { type FailureContext, isUnderSystemd, reportStartFailure } from "./start/failure.ts";
import { isGateway, reportPort } from "./start/free-own-port.ts";
import { knownSecrets } from "./start/known-secrets.ts";
import { takePortLine } from "./start/next-step.ts";
import type { Prepared } from "./start/prepare.ts";

/** What stays the same over restarts. */
export interface ServeOptions {
  readonly flags: GatewayFlags;
  readonly trafficLog: TrafficLogStyle;
  readonly isDev: boolean;
  /** Processes that had to go for the port. */
  readonly stopped: readonly StoppedProcess[];
}

/** Part of the shutdown budget that is kept for goodbyes and for flushing. */
const FLUSH_RESERVE_MS = 1_500;
/** When clients may come back after a restart. */
const RESTART_EXPECTED_MS = 1_500;
/** What a restart may take on top of its drain. */
const RESTART_MARGIN_MS = 5_000;

/** Serves until a stop signal, over any number of restarts in this process. Resolves with the exit code. */
export async function serve(host: Host, first: Prepared, options: ServeOptions): Promise<number> {
  let prepared = first;
  let memory: GatewayMemory | undefined;
  const warnings = createConfigWarnings(host.logging.subsystem("gateway"));
  warnings.tell(first.loaded);
  for (;;) {
    // Opened with the text of the file alone, or with the settings of the gateway before.
    (await host.logging.prepare(loggingSource(prepared.loaded)))();
    const restarts = expectRestart(host, options.flags);
    const gateway = makeGateway({ ...host, warnings }, prepared, {
      flags: options.flags,
      trafficLog: options.trafficLog,
      // Nothing but an accepted write asks from inside, so no switch for signals stands in its way.
      onRestartRequested: ({ reason }) => restarts.ask({ cause: reason, isSignal: false }),
      // The start that stopped them tells of them, not those after it.
      ...(memory ? { memory } : { stoppedProcesses: options.stopped.map(processText) }),
    });
    try {
      await gateway.start();
    } catch (error) {
      return refuseStart(
        host,
        await reportStartFailure(error, failureContext(host, prepared, options.flags)),
      );
    }
    announce(host, { gateway, prepared, isDev: options.isDev && prepared === first });
    const running = { gateway, prepared, announcement: announceGateway(host, gateway.address, prepared) };
    const next = await nextStep(host, restarts);
    if (next.kind === "stop") return stop(host, { ...running, signal: next.signal });
    const ending = await closeForRestart(host, { ...running, restart: next });
    // A half-closed gateway may still hold port and state: better to let the supervisor start anew.
    if (ending !== "done") return ending === "cut" ? 0 : 1;
    prepared = next.prepared;
    ({ memory } = gateway);
  }
}

function processText({ pid, command }: StoppedProcess): string {
  return `pid ${pid} (${command})`;
}

function makeGateway(
  { env, paths, logging, warnings }: Host & { readonly warnings: ConfigWarnings },
  { loaded, settings, isLastGood = false }: Prepared,
  own: Pick<InstalledOptions, "flags" | "memory" | "onRestartRequested" | "stoppedProcesses" | "trafficLog">,
): Gateway {
  return createGateway({
    ...own,
    paths,
    prepared: { loaded, settings, isLastGood },
    env,
    logger: logging.subsystem("gateway"),
    subsystem: (name) => logging.subsystem(name),
    logFile: () => logging.filePath,
    logLevels: () => {
      const { fileLevel, consoleLevel } = logging.settings();
      return { level: fileLevel, consoleLevel };
    },
    reloadParts: [loggingPart(logging)],
    whois: createWhois(),
    // What was edited may hold secrets that no log has seen yet.
    onConfigRead: (config) => {
      for (const secret of knownSecrets(config)) logging.addSecret(secret);
      warnings.tell(config);
    },
  });
}

function failureContext(
  { logging, env, paths }: Host,
  { settings: { port } }: Prepared,
  flags: GatewayFlags,
): FailureContext {
  const program = commandName(paths, env);
  return {
    program,
    takePort: takePortLine({ paths, env, flags }, port),
    describePort: () => reportPort(port, { program, logging }),
    describeService: () => describeService({ env, paths }),
    stateHolder: () => readLock(paths.lockPath),
    isGateway: () => isGateway(port),
    isUnderSystemd: isUnderSystemd(env),
  };
}

interface Running {
  readonly gateway: Gateway;
  readonly prepared: Prepared;
  readonly announcement: Announcement;
}

function announce(
  { env, logging, streams, paths, notifier }: Host,
  o: Pick<Running, "gateway" | "prepared"> & { readonly isDev: boolean },
): void {
  const { address } = o.gateway;
  if (!address) return;
  const { settings } = o.prepared;
  const logger = logging.subsystem("gateway");
  const listening = listeningLine(address, process.pid);
  logger.info(listening);
  notifier.ready(listening);
  logger.info(`log file: ${logging.filePath}`);
  for (const line of dangerLines(settings)) logger.warn(line);
  if (!o.isDev || logging.settings().consoleStyle === "json") return;
  const { configPath, profile } = paths;
  for (const line of welcomeLines({
    address,
    configPath,
    profile,
    hasCompletions: settings.http.chatCompletions,
    isNpmScript: env["npm_lifecycle_event"] !== undefined,
  }))
    streams.out(line);
}

type Step =
  { readonly kind: "stop"; readonly signal: StopSignal } | ({ readonly kind: "restart" } & ReadyRestart);

/** Waits for a stop signal, or for a restart. */
function nextStep({ signals, logging }: Host, { ready, ask }: ExpectedRestart): Promise<Step> {
  const restart = new Promise<Step>((resolve, reject) => {
    signals.onRestart((signal) => void ask({ cause: signal, isSignal: true }).catch(reject));
    ready.then((restart) => resolve({ kind: "restart", ...restart }), reject);
  });
  const stopped = signals.stop.then((signal): Step => {
    logging.subsystem("gateway").info(`signal ${signal} received`);
    return { kind: "stop", signal };
  });
  return Promise.race([stopped, restart]);
}

/** Closes for a restart: drained runs, clients told to come back. */
async function closeForRestart(
  host: Host,
  { restart, ...running }: Running & { readonly restart: RestartCause },
): Promise<Ending> {
  const logger = host.logging.subsystem("gateway");
  const graceMs = running.prepared.settings.shutdown.restartDrainMs;
  const work = close(host, running, {
    graceMs,
    reason: "gateway restarting",
    restartExpectedMs: RESTART_EXPECTED_MS,
    keepsListening: true,
    ...(restart.isSignal && { restartSignal: restart.cause }),
  });
  const ending = await waitWithin(work, { budgetMs: graceMs + RESTART_MARGIN_MS, cut: host.signals.stop });
  if (ending === "late") logger.error("restart: the old gateway did not close in time");
  if (ending === "done") logger.info("restart mode: in-process restart");
  return ending;
}

/** Closes within the budget; a second signal ends the wait. Exit code 0: being stopped is no failure. */
async function stop(
  host: Host,
  { signal, ...running }: Running & { readonly signal: StopSignal },
): Promise<number> {
  const logger = host.logging.subsystem("gateway");
  logger.info(`received ${signal}; shutting down`);
  host.notifier.stopping();
  const { budgetMs } = running.prepared.settings.shutdown;
  const work = close(host, running, { graceMs: Math.max(0, budgetMs - FLUSH_RESERVE_MS) });
  const ending = await waitWithin(work, { budgetMs, cut: host.signals.stopAgain });
  if (ending === "late") logger.warn(`shutdown took longer than ${budgetMs}ms; ending now`);
  if (ending === "cut") logger.warn(`received ${await host.signals.stopAgain} during shutdown; ending now`);
  return 0;
}

/** Nobody is sent to a gateway that is about to end. A part that fails to close must not keep the others open. */
async function close({ logging }: Host, running: Running, options: CloseOptions): Promise<void> {
  await running.announcement.withdraw();
  try {
    await running.gateway.close(options);
  } catch (error) {
    logging.subsystem("gateway").error("shutdown failed", { error });
  }
}
