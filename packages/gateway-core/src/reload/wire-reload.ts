import process from "node:process";
import { RELOAD_KINDS } from "@openclaw/config";
import { ReloadEngine, type ReloadEngineOptions } from "@openclaw/reload";
import { startIssues } from "../config/start-issues.ts";
import type { Loaded } from "../load.ts";
import type { GatewayOptions, Logger } from "../options.ts";
import type { RestartDesk } from "../restart/restart-desk.ts";

export interface ReloadWiring {
  readonly options: GatewayOptions;
  readonly loaded: Loaded;
  readonly parts: ReloadEngineOptions["parts"];
  readonly restarts: RestartDesk;
  readonly onStatus: () => void;
  readonly logger: Logger;
}

/** Joins the reload engine with the parts of the gateway; those of the host come after ours. */
export function wireReload({ options, loaded, restarts, ...wiring }: ReloadWiring): ReloadEngine {
  const { onConfigRead, watchMode } = options;
  return new ReloadEngine({
    initial: loaded.config,
    paths: loaded.paths,
    env: options.env ?? {},
    rules: RELOAD_KINDS,
    parts: [...wiring.parts, ...(options.reloadParts ?? [])],
    preflight: (after) => startIssues(after, options, loaded),
    requestRestart: () =>
      void restarts.request({ reason: "config.file", delayMs: 0, actor: "actor=file", hasCooldown: false }),
    onStatus: wiring.onStatus,
    logger: wiring.logger,
    ...user(),
    ...(onConfigRead !== undefined && { onRead: onConfigRead }),
    ...(watchMode !== undefined && { watchMode }),
  });
}

/** Who we are; Windows has no such numbers. */
function user(): Pick<ReloadEngineOptions, "user"> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return uid === undefined || gid === undefined ? {} : { user: { uid, gid } };
}
