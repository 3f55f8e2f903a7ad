import { displayPath } from "@openclaw/config";

import { warningLines } from "../channels/account-lines.ts";
import type { CommandContext } from "../context.ts";
import type { PortUsage } from "../local/port-usage.ts";
import type { ReleaseSkew } from "../service/release-skew.ts";
import { configInForce } from "./config-in-force.ts";
import type { GatewayView } from "./gateway-view.ts";
import type { StatusView } from "./report.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly severity: "ok" | "warn" | "error";
  readonly text: string;
  /** What belongs to it, one line each; for what is wrong, last what to type. */
  readonly details: readonly string[];
}

/** Looks for what may be wrong, and changes nothing. @param port of this machine's gateway; absent for one elsewhere */
export function diagnose(
  context: CommandContext,
  view: StatusView,
  port: PortUsage | undefined,
): readonly Finding[] {
  return [
    configFinding(context),
    ...gatewayFindings(context, view),
    ...(view.versionSkew ? [skewFinding(view.versionSkew)] : []),
    ...(port ? [portFinding(view, port)] : []),
    ...eventLoopFinding(view),
    channelFinding(context, view),
  ];
}

const MARKS: Readonly<Record<Finding["severity"], string>> = { ok: "✓", warn: "!", error: "✗" };

/** The lines of a finding, marked. */
export function findingLines({ severity, text, details }: Finding): string[] {
  return [`${MARKS[severity]} ${text}`, ...details.map((line) => `  ${line}`)];
}

function configFinding({ loaded, paths, program }: CommandContext): Finding {
  const text = `Config: ${displayPath(loaded.path, paths.home)}`;
  if (!loaded.exists) {
    return {
      severity: "warn",
      text: `${text} (missing; defaults apply)`,
      details: [`Run: ${program} setup`],
    };
  }
  if (loaded.valid) return { severity: "ok", text, details: [] };
  const issues = loaded.issues.map(({ path, message }) => `${path || "<root>"}: ${message}`);
  return {
    severity: "error",
    text: `${text} (invalid)`,
    details: [...issues, `Run: ${program} config validate`],
  };
}

function gatewayFindings({ program }: CommandContext, { gateway, summary, failure }: GatewayView): Finding[] {
  if (!gateway.reachable) {
    const next = failure?.hint === undefined ? [] : [`Next: ${failure.hint}`];
    return [{ severity: "error", text: `Gateway: ${gateway.error}`, details: next }];
  }
  const { configStatus } = summary;
  return [
    { severity: "ok", text: `Gateway: answers at ${gateway.url}`, details: [] },
    ...(configStatus ? [configInForce(configStatus, program)] : []),
  ];
}

function skewFinding({ text, fix }: ReleaseSkew): Finding {
  return { severity: "warn", text, details: fix === undefined ? [] : [`Run: ${fix}`] };
}

function portFinding({ gateway }: GatewayView, { port, status, listeners, hints }: PortUsage): Finding {
  const holders = listeners.map(
    ({ pid, user, commandLine, address }) => `- pid ${pid} ${user}: ${commandLine} (${address})`,
  );
  const text = `Port ${port}`;
  if (gateway.reachable) return { severity: "ok", text: `${text}: the gateway's`, details: holders };
  if (status === "free") return { severity: "warn", text: `${text}: nobody listens`, details: [] };
  return { severity: "error", text: `${text}: ${status}`, details: [...holders, ...hints] };
}

function eventLoopFinding({ channels }: GatewayView): Finding[] {
  const loop = channels?.eventLoop;
  if (!loop?.degraded) return [];
  const details = [...loop.reasons, `p99 ${loop.delayP99Ms}ms, longest ${loop.delayMaxMs}ms`];
  return [{ severity: "warn", text: "The gateway is late: clients may notice", details }];
}

function channelFinding({ program }: CommandContext, { channels }: GatewayView): Finding {
  const issues = channels ? warningLines(channels) : [];
  if (issues.length === 0) return { severity: "ok", text: "Channel issues (none)", details: [] };
  return {
    severity: "warn",
    text: "Channel issues",
    details: [...issues, `Run: ${program} channels status --probe`],
  };
}
