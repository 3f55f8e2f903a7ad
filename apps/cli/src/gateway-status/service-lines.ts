import { displayPath } from "@openclaw/config";

import type { GatewayStatus } from "./report.ts";
import { err, out, type ReportLine, type TextFacts } from "./report-line.ts";

/** What the supervisor has on file. */
export function serviceLines({ service }: GatewayStatus, { logFile, home }: TextFacts): ReportLine[] {
  const { label, loaded, loadedText, notLoadedText, command } = service;
  const shown = [
    ["Command", command?.programArguments.join(" ")],
    ["Service file", command?.sourcePath && displayPath(command.sourcePath, home)],
    ["Working dir", command?.workingDirectory && displayPath(command.workingDirectory, home)],
    ["Service env", environmentText(command?.environment)],
  ].flatMap(([name, value]) => (value === undefined ? [] : [out(`${name}: ${value}`)]));
  return [
    out(`Service: ${label} (${loaded ? loadedText : notLoadedText})`),
    out(`File logs: ${displayPath(logFile, home)}`),
    ...shown,
  ];
}

/** What has drifted, each with what mends it. */
export function driftLines({ service }: GatewayStatus): ReportLine[] {
  const { issues, ok } = service.configAudit;
  const notes = issues.filter(({ severity }) => severity === "info");
  const problems = issues.filter(({ severity }) => severity !== "info");
  const fixes = [...new Set(problems.map(({ fix }) => fix))];
  return [
    ...(ok ? [] : [err("Service config looks out of date or non-standard.")]),
    ...problems.map(({ message, detail }) =>
      err(`Service config issue: ${message}${detail === undefined ? "" : ` (${detail})`}`),
    ),
    ...fixes.map((fix) => err(`Fix: ${fix}`)),
    ...notes.map(({ message, fix }) => out(`Note: ${message} Fix: ${fix}`)),
  ];
}

/** A service that is there and does not run, or runs and does not serve. */
export function stoppedLines(
  { service, port, rpc, lastError }: GatewayStatus,
  { logFile, home, logCommand, program }: TextFacts,
): ReportLine[] {
  const { loaded, runtime } = service;
  const said = lastError === undefined ? [] : [err(`Last gateway error: ${lastError}`)];
  const logs = [...said, ...(logCommand === undefined ? [] : [err(`Logs: ${logCommand}`)])];
  if (runtime.missingUnit === true)
    return [
      err("Service unit not found."),
      err(`Service not installed. Run: ${program} gateway install`),
      err(`File logs: ${displayPath(logFile, home)}`),
    ];
  if (loaded && runtime.status === "unknown")
    return [err(`The supervisor cannot be asked: ${runtime.detail ?? "no reason given"}`)];
  if (loaded && runtime.status === "stopped")
    return [
      err(`Service is loaded but not running (${whyStopped(runtime, port.status === "busy")}).`),
      err(`File logs: ${displayPath(logFile, home)}`),
      ...logs,
    ];
  if (loaded && runtime.status === "running" && port.status === "free" && rpc?.ok !== true)
    return [err(`Gateway port ${port.port} is not listening (service appears running).`), ...logs];
  return [];
}

/** Other services that would start a gateway, which no command of ours touches. */
export function otherServiceLines({ extraServices }: GatewayStatus): ReportLine[] {
  if (extraServices.length === 0) return [];
  const hints = extraServices.map(({ scope, label, path }) =>
    scope === "user"
      ? `systemctl --user disable --now ${label} && rm ${path}`
      : `sudo systemctl disable --now ${label}`,
  );
  return [
    err("Other gateway-like services detected (best effort):"),
    ...extraServices.map(({ label, scope, detail }) => err(`- ${label} (${scope}, ${detail})`)),
    ...hints.map((hint) => err(`Cleanup hint: ${hint}`)),
    err(
      "Recommendation: run a single gateway per machine, unless each has a port and a state folder of its own.",
    ),
  ];
}

function whyStopped(
  { state, lastRunResult, lastExitStatus }: GatewayStatus["service"]["runtime"],
  isPortTaken: boolean,
): string {
  if (state === "deactivating") return "it is stopping";
  if (state === "activating" && lastRunResult === undefined) return "it is starting";
  if (lastExitStatus === 78 && isPortTaken) return "exit code 78: its port was taken already";
  if (lastExitStatus === 78) return "exit code 78: the configuration must change first";
  if (lastRunResult === "start-limit-hit") return "it failed too often; starting it by hand begins anew";
  if (lastRunResult !== undefined) return `ended by ${lastRunResult}`;
  return lastExitStatus === 0 ? "it was stopped" : "likely exited immediately";
}

function environmentText(environment: Readonly<Record<string, string>> | undefined): string | undefined {
  const text = Object.entries(environment ?? {}).map(([name, value]) => `${name}=${value}`);
  return text.length === 0 ? undefined : text.join(" ");
}
