import { displayPath } from "@openclaw/config";

import { runtimeText } from "../service/service-look.ts";
import { skewLine } from "../service/release-skew.ts";
import type { ConfigSummary } from "../service/service-report.ts";
import { configInForce } from "../status/config-in-force.ts";
import type { GatewayStatus } from "./report.ts";
import { err, out, type ReportLine, type TextFacts } from "./report-line.ts";
import { driftLines, otherServiceLines, serviceLines, stoppedLines } from "./service-lines.ts";

const MOST_ISSUES = 5;
const MOST_ERROR_LINES = 12;

/** The text form of a report, in the order operators know. Docs: runbook.md#health */
export function statusLines(report: GatewayStatus, facts: TextFacts): ReportLine[] {
  return [
    ...serviceLines(report, facts),
    out(""),
    ...driftLines(report),
    ...configLines("Config (cli)", "Config issue", report.config.cli, facts),
    ...configLines("Config (service)", "Service config issue", report.config.daemon, facts),
    ...mismatchLines(report, facts),
    out(""),
    ...gatewayLines(report, facts),
    out(""),
    out(`Runtime: ${runtimeText(report.service.runtime)}`),
    ...probeLines(report, facts),
    ...(report.versionSkew === undefined ? [] : [err(skewLine(report.versionSkew))]),
    out(""),
    ...stoppedLines(report, facts),
    ...portLines(report),
    ...otherServiceLines(report),
    out(`Troubles: run ${facts.program} status`),
    out("Troubleshooting: https://docs.openclaw.ai/troubleshooting"),
  ];
}

function mismatchLines({ config }: GatewayStatus, { program }: TextFacts): ReportLine[] {
  if (config.mismatch !== true) return [];
  return [
    err(
      "Root cause: CLI and service are using different config paths (a profile or a variable that only one has).",
    ),
    err(`Fix: rerun \`${program} gateway install --force\` with the profile and variables you mean.`),
  ];
}

function configLines(
  title: string,
  issueTitle: string,
  ...[config, { home }]: readonly [ConfigSummary, TextFacts]
): ReportLine[] {
  const marks = `${config.exists ? "" : " (missing)"}${config.valid ? "" : " (invalid)"}`;
  const issues = (config.issues ?? []).slice(0, MOST_ISSUES);
  return [
    out(`${title}: ${displayPath(config.path, home)}${marks}`),
    ...issues.map(({ path, message }) => err(`${issueTitle}: ${path}: ${message}`)),
  ];
}

function gatewayLines({ gateway }: GatewayStatus, { dashboard }: TextFacts): ReportLine[] {
  const { bindMode, bindHost, port, portSource, probeUrl, probeNote } = gateway;
  return [
    out(`Gateway: bind=${bindMode} (${bindHost}), port=${port} (${portSource})`),
    out(`Probe target: ${probeUrl}`),
    out(`Dashboard: ${dashboard}`),
    ...(probeNote === undefined ? [] : [out(`Probe note: ${probeNote}`)]),
  ];
}

function probeLines({ rpc }: GatewayStatus, { program }: TextFacts): ReportLine[] {
  if (!rpc) return [];
  if (rpc.ok) return [out("RPC probe: ok"), ...inForceLines(rpc, program)];
  const details = (rpc.error ?? "").split("\n").slice(0, MOST_ERROR_LINES);
  const next = rpc.hint === undefined ? [] : [err(`Next: ${rpc.hint}`)];
  return [
    err("RPC probe: failed"),
    err(`RPC target: ${rpc.url}`),
    ...details.map((line) => err(`  ${line}`)),
    ...next,
  ];
}

/** Nothing to say while the gateway runs with what its file says. */
function inForceLines({ configStatus }: NonNullable<GatewayStatus["rpc"]>, program: string): ReportLine[] {
  if (configStatus === undefined) return [];
  const { severity, text, details } = configInForce(configStatus, program);
  return severity === "ok" ? [] : [err(text), ...details.map((line) => err(`  ${line}`))];
}

function portLines(report: GatewayStatus): ReportLine[] {
  const { port, portCli, rpc, service } = report;
  const { listeners, hints } = port;
  const listening = [
    ...(listeners.length > 0
      ? [out(`Listening: ${listeners.map(({ address }) => address).join(", ")}`)]
      : []),
    ...(portCli === undefined
      ? []
      : [out(`Note: CLI config resolves gateway port=${portCli.port} (${portCli.status}).`)]),
  ];
  // A service that is down while its port is taken is down because of who took it.
  const isTaken = rpc?.ok === false || (service.loaded && service.runtime.status === "stopped");
  if (port.status !== "busy" || !isTaken) return listening;
  const holders = listeners.map(
    ({ pid, user, commandLine, address }) => `- pid ${pid} ${user}: ${commandLine} (${address})`,
  );
  const problem = [`Port ${port.port} is already in use.`, ...holders, ...hints.map((hint) => `- ${hint}`)];
  return [...problem.map(err), ...listening];
}
