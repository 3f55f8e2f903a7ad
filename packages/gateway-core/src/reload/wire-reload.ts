import process from "node:process";
import { RELOAD_KINDS } from "@openclaw/config";
import { ReloadEngine, type ReloadEngineOptions } from "@openclaw/reload";
import type { AuditLog } from "../audit/audit-log.ts";
import { shortList } from "../config/short-list.ts";
import { startIssues } from "../config/start-issues.ts";
import type { Loaded } from "../load.ts";
import type { GatewayOptions, Logger } from "../options.ts";
import type { RestartDesk } from "../restart/restart-desk.ts";

export interface ReloadWiring {
  readonly options: GatewayOptions;
  readonly loaded: Loaded;
  readonly parts: ReloadEngineOptions["parts"];
  readonly restarts: RestartDesk;
  readonly audit: Pick<AuditLog, "note">;
  readonly onStatus: () => void;
  readonly logger: Logger;
}

/** Joins the reload engine with the parts of the gateway; those of the host come after ours. */
export function wireReload({ options, loaded, restarts, audit, ...wiring }: ReloadWiring): ReloadEngine {
  const { onConfigRead, watchMode } = options;
  return new ReloadEngine({
    initial: loaded.config,
    paths: loaded.paths,
    env: options.env ?? {},
    rules: RELOAD_KINDS,
    parts: [...wiring.parts, ...(options.reloadParts ?? [])],
    preflight: (after) => startIssues(after, options, loaded),
    requestRestart: () => {
      const wish = { reason: REASON, delayMs: 0, actor: "actor=file", hasCooldown: false };
      if (restarts.request(wish) !== undefined)
        audit.note({ kind: "restart.requested", ...EDITOR, outcome: "ok", target: REASON });
    },
    onEdit: ({ isTaken, paths }) => {
      const [kind, outcome] = isTaken
        ? (["config.written", "ok"] as const)
        : (["config.rejected", "denied"] as const);
      audit.note({ kind, ...EDITOR, outcome, target: REASON, detail: shortList(paths) });
    },
    onStatus: wiring.onStatus,
    logger: wiring.logger,
    ...user(),
    ...(onConfigRead !== undefined && { onRead: onConfigRead }),
    ...(watchMode !== undefined && { watchMode }),
  });
}

const REASON = "config.file";
/** Whoever may write the file; it does not say who did. */
const EDITOR = { actor: "file", address: "" } as const;

/** Who we are; Windows has no such numbers. */
function user(): Pick<ReloadEngineOptions, "user"> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return uid === undefined || gid === undefined ? {} : { user: { uid, gid } };
}
