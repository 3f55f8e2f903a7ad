import type { ServiceDefinition } from "../supervisor.ts";
import { plainText, quoteArgument, quoteAssignment } from "./quote.ts";

/** Time without a ping after which systemd takes the gateway's event loop for dead. */
export const WATCHDOG_SEC = 60;
/** How long systemd waits before it starts the gateway again. */
export const RESTART_SEC = 5;

/** What the machine offers. */
export interface UnitFeatures {
  /** Whether there is a `systemd-notify`, by which the gateway tells that it is ready and alive. */
  readonly canNotify: boolean;
}

// systemd alone knows what ended a process that could not say so itself: the next start finds it here.
const KEEP_RESULT = String.raw`-/bin/sh -c 'echo "$$SERVICE_RESULT $$EXIT_CODE $$EXIT_STATUS" > "%t/%n.result"'`;

/**
 * The text of a user unit. Docs: runbook.md#service
 *
 * - Ready when the gateway says so, and killed when its event loop no longer does: `Type=notify` and `WatchdogSec=`, by
 *   way of the `systemd-notify` program, which is a process of its own: hence `NotifyAccess=all`. Nothing is left to do
 *   for a loop that stands still, so no core is dumped: `WatchdogSignal=SIGKILL`.
 * - A configuration that must change first (exit code 78) is not tried again; other failures are, a bounded number of
 *   times.
 * - The gateway alone hears SIGTERM, so that what it runs can end in order.
 *
 * @throws {ServiceError} invalid_value: a value with CR, LF or another control character (T-SVC-03)
 */
export function renderUnit(definition: ServiceDefinition, { canNotify }: UnitFeatures): string {
  const { description, program, workingDirectory, environment, stopTimeoutSec } = definition;
  return [
    "[Unit]",
    `Description=${plainText(description, "Description")}`,
    "After=network-online.target",
    "Wants=network-online.target",
    "StartLimitBurst=10",
    "StartLimitIntervalSec=300",
    "",
    "[Service]",
    ...(canNotify
      ? ["Type=notify", "NotifyAccess=all", `WatchdogSec=${WATCHDOG_SEC}`, "WatchdogSignal=SIGKILL"]
      : ["Type=exec"]),
    `ExecStart=${program.map((word) => quoteArgument(word, "ExecStart")).join(" ")}`,
    `ExecStopPost=${KEEP_RESULT}`,
    "Restart=always",
    `RestartSec=${RESTART_SEC}`,
    "RestartPreventExitStatus=78",
    "SuccessExitStatus=0 143",
    "TimeoutStartSec=30",
    `TimeoutStopSec=${stopTimeoutSec}`,
    "KillMode=mixed",
    "OOMPolicy=continue",
    ...(workingDirectory === undefined
      ? []
      : [`WorkingDirectory=${plainText(workingDirectory, "WorkingDirectory")}`]),
    ...Object.entries(environment).map(([name, value]) => `Environment=${quoteAssignment(name, value)}`),
    "",
    "[Install]",
    "WantedBy=default.target",
    "",
  ].join("\n");
}
