import { type GatewayFlags, loadConfig } from "@openclaw/config";
import type { Host } from "./host.ts";
import type { RestartSignal } from "./process/signals.ts";
import { knownSecrets } from "./start/known-secrets.ts";
import { prepare, type Prepared } from "./start/prepare.ts";

/** Why a restart is wanted. */
export interface RestartCause {
  /** A signal, or the method that asks. */
  readonly cause: RestartSignal | (string & {});
  readonly isSignal: boolean;
}

/** A restart that can be made. */
export interface ReadyRestart extends RestartCause {
  readonly prepared: Prepared;
}

/** The restart that is to come, whoever asks for it. */
export interface ExpectedRestart {
  /** Resolves with a configuration that can be started. */
  readonly ready: Promise<ReadyRestart>;
  /** Resolves when the gateway goes on; one that gives way has nobody left to tell. */
  ask(cause: RestartCause): Promise<void>;
}

/** Hears the wishes for one restart. */
export function expectRestart(host: Host, flags: GatewayFlags): ExpectedRestart {
  let decide: (restart: ReadyRestart) => void = () => {};
  const ready = new Promise<ReadyRestart>((resolve) => {
    decide = resolve;
  });
  const ask = async (cause: RestartCause) => {
    const prepared = await prepareRestart(host, flags, cause);
    if (prepared === undefined) return;
    decide({ prepared, ...cause });
    await new Promise<never>(() => {});
  };
  return { ready, ask };
}

/** Reads the configuration anew; one that cannot start leaves the running gateway alone. */
async function prepareRestart(
  host: Host,
  flags: GatewayFlags,
  { cause, isSignal }: RestartCause,
): Promise<Prepared | undefined> {
  const { env, paths, writer, logging } = host;
  const logger = logging.subsystem("gateway");
  const loaded = await loadConfig({ paths, env });
  const wish = cause.startsWith("config.") ? "config change requires gateway restart" : "restart requested";
  const received = isSignal ? `received ${cause}` : `${wish} (${cause})`;
  if (isSignal && loaded.config.commands?.restart === false) {
    logger.warn(`${received}; ignored, commands.restart is false`);
    return undefined;
  }
  // What was written may hold secrets that no log has seen yet.
  for (const secret of knownSecrets(loaded)) logging.addSecret(secret);
  const preparation = await prepare({ loaded, env, paths, writer, flags });
  if (preparation.ok) {
    logger.info(`${received}; restarting`);
    return preparation.prepared;
  }
  logger.error(`${received}; restart refused: ${preparation.failure.lines.join(" ")}`);
  return undefined;
}
