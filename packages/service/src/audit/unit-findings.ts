import { RESTART_SEC } from "../systemd/render-unit.ts";
import type { ParsedUnit } from "../systemd/parse-unit.ts";
import type { AuditScope, UnitFacts } from "./audit-facts.ts";
import { type Finding, type FindingCode, finding } from "./finding.ts";

type Say = (code: FindingCode, message: string, own?: { detail?: string; fix?: string }) => Finding;

const NETWORK = "network-online.target";
const RESTART_TOLERANCE_SEC = 0.01;
/** What systemd waits by default. */
const DEFAULT_STOP_SEC = 90;

/** How systemd is told to look after the gateway. */
export function unitFindings(
  facts: UnitFacts,
  { installCommand: fix, scope }: { readonly installCommand: string; readonly scope: AuditScope },
): readonly Finding[] {
  const { parsed, path, canNotify, needsReload = false } = facts;
  const say: Say = (code, message, own = {}) => finding(code, { message, detail: path, fix, ...own });
  const lists = (key: string) =>
    parsed.values("Unit", key).some((value) => value.split(/\s+/).includes(NETWORK));
  const restartSec = seconds(parsed.value("Service", "RestartSec"));
  const isRestartRight =
    restartSec !== undefined && Math.abs(restartSec - RESTART_SEC) <= RESTART_TOLERANCE_SEC;
  const notifies = parsed.value("Service", "Type") === "notify";
  return [
    ...(lists("After") ? [] : [say("systemd-after-network-online", `Missing systemd After=${NETWORK}`)]),
    ...(lists("Wants") ? [] : [say("systemd-wants-network-online", `Missing systemd Wants=${NETWORK}`)]),
    ...(isRestartRight ? [] : [say("systemd-restart-sec", "RestartSec does not match the recommended 5s")]),
    ...(notifies && !canNotify
      ? [say("systemd-notify-missing", "The unit waits for systemd-notify, which this machine lacks.")]
      : []),
    ...(needsReload
      ? [
          say("systemd-reload-needed", "systemd still goes by an older text of the unit.", {
            fix: "systemctl --user daemon-reload",
          }),
        ]
      : []),
    // Older units never were watched; ours says by its type that it had to do without.
    ...(isUnwatched(parsed) ? [unwatched(canNotify, say)] : []),
    ...(scope === "full" ? strictFindings(facts, say) : []),
  ];
}

/** A unit that was written for a machine without notification. */
function isUnwatched(parsed: ParsedUnit): boolean {
  return parsed.value("Service", "Type") === "exec";
}

function unwatched(canNotify: boolean, say: Say): Finding {
  const message = "systemd does not notice when the gateway's event loop stands still (no systemd-notify).";
  const fix = "install systemd-notify (package systemd), then install the service again";
  return say("systemd-watchdog-off", message, canNotify ? {} : { fix });
}

// What older releases wrote on purpose and still works.
function strictFindings({ parsed, canNotify, stopTimeoutSec }: UnitFacts, say: Say): Finding[] {
  const killMode = parsed.value("Service", "KillMode") ?? "control-group";
  const stopSec =
    seconds(parsed.value("Service", "TimeoutStopSec") ?? parsed.value("Service", "TimeoutSec")) ??
    DEFAULT_STOP_SEC;
  const codes = parsed.values("Service", "RestartPreventExitStatus").flatMap((value) => value.split(/\s+/));
  const isWatched = parsed.value("Service", "WatchdogSec") !== undefined;
  return [
    ...(killMode === "process" || killMode === "none"
      ? [
          say(
            "systemd-kill-mode-process-or-none",
            `KillMode=${killMode} leaves processes of the gateway behind.`,
          ),
        ]
      : []),
    ...(killMode === "control-group"
      ? [
          say(
            "systemd-kill-mode-control-group",
            "KillMode=control-group kills what the gateway runs before it is asked to stop.",
          ),
        ]
      : []),
    ...(stopSec < stopTimeoutSec
      ? [
          say(
            "systemd-stop-timeout",
            `TimeoutStopSec=${stopSec} is less than the ${stopTimeoutSec}s a stop may take.`,
          ),
        ]
      : []),
    ...(codes.includes("78")
      ? []
      : [
          say("systemd-exit-78-restarts", "A configuration that must change first is tried again and again."),
        ]),
    ...(isWatched || isUnwatched(parsed) ? [] : [unwatched(canNotify, say)]),
  ];
}

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, sec: 1, min: 60, m: 60, h: 3600 };

/** A time span of systemd in seconds: `5`, `5s`, `1min 30s`; undefined for what it is not. */
export function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === "infinity") return Infinity;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)\s*/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) return undefined;
  const values = parts.map(([, number, unit = ""]) => Number(number) * (UNITS[unit || "s"] ?? NaN));
  const total = values.reduce((sum, value) => sum + value, 0);
  return Number.isNaN(total) ? undefined : total;
}
