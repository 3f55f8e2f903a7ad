import { displayPath } from "@openclaw/config";

import type { ConfigSummary, GatewayStatus } from "./report.ts";

/** A line and the stream it belongs to: facts to stdout, problems to stderr. */
export type ReportLine = readonly [stream: "out" | "err", text: string];

/** What the text form needs besides the report. */
export interface TextFacts {
  readonly home: string;
  readonly logFile: string;
  /** Address of the Control UI, or `disabled`. */
  readonly dashboard: string;
  readonly program: string;
}

const MOST_ISSUES = 5;
const MOST_ERROR_LINES = 12;

/** The text form of a report, in the order operators know. Docs: runbook.md#health */
export function statusLines(report: GatewayStatus, facts: TextFacts): ReportLine[] {
  return [
    ...serviceLines(report, facts),
    out(""),
    ...configLines("Config (cli)", "Config issue", report.config.cli, facts),
    ...configLines("Config (service)", "Service config issue", report.config.daemon, facts),
    out(""),
    ...gatewayLines(report, facts),
    out(""),
    out(`Runtime: ${runtimeText(report.service.runtime)}`),
    ...probeLines(report),
    out(""),
    ...portLines(report),
    out(`Troubles: run ${facts.program} status`),
    out("Troubleshooting: https://docs.openclaw.ai/troubleshooting"),
  ];
}

function serviceLines({ service }: GatewayStatus, { logFile, home }: TextFacts): ReportLine[] {
  const { label, loaded, loadedText, notLoadedText } = service;
  return [
    out(`Service: ${label} (${loaded ? loadedText : notLoadedText})`),
    out(`File logs: ${displayPath(logFile, home)}`),
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

function runtimeText({ status, pid, detail }: GatewayStatus["service"]["runtime"]): string {
  return `${status} (${[detail, ...(pid === undefined ? [] : [`pid ${pid}`])].join(", ")})`;
}

function probeLines({ rpc }: GatewayStatus): ReportLine[] {
  if (!rpc) return [];
  if (rpc.ok) return [out("RPC probe: ok")];
  const details = (rpc.error ?? "").split("\n").slice(0, MOST_ERROR_LINES);
  const next = rpc.hint === undefined ? [] : [err(`Next: ${rpc.hint}`)];
  return [
    err("RPC probe: failed"),
    err(`RPC target: ${rpc.url}`),
    ...details.map((line) => err(`  ${line}`)),
    ...next,
  ];
}

function portLines({ port, rpc }: GatewayStatus): ReportLine[] {
  const { listeners, hints } = port;
  const listening =
    listeners.length > 0 ? [out(`Listening: ${listeners.map(({ address }) => address).join(", ")}`)] : [];
  if (port.status !== "busy" || rpc?.ok !== false) return listening;
  const holders = listeners.map(
    ({ pid, user, commandLine, address }) => `- pid ${pid} ${user}: ${commandLine} (${address})`,
  );
  const problem = [`Port ${port.port} is already in use.`, ...holders, ...hints.map((hint) => `- ${hint}`)];
  return [...problem.map(err), ...listening];
}

function out(text: string): ReportLine {
  return ["out", text];
}

function err(text: string): ReportLine {
  return ["err", text];
}
