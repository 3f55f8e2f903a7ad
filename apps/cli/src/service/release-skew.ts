import { isNewer } from "@openclaw/config";

import type { CommandContext } from "../context.ts";
import { quoted } from "../doctor/shell.ts";
import { VERSION } from "../version.ts";
import { replacementCommand } from "./replacement.ts";
import type { ServiceLook } from "./service-look.ts";

/** This command, the gateway that runs and the service on file are not all of one release. */
export interface ReleaseSkew {
  /** One sentence. */
  readonly text: string;
  /** What to type; absent where nothing on this machine mends it. */
  readonly fix?: string;
}

/** A gateway that answered. */
export interface RunningRelease {
  /** Empty when it does not say. */
  readonly version: string;
  readonly pid: number | undefined;
  /** Whether it is this machine's. */
  readonly isLocal: boolean;
}

/** Compares releases; nothing when all that are known are the same. Docs: runbook.md#service */
export async function releaseSkew(
  context: CommandContext,
  look: ServiceLook,
  running: RunningRelease | undefined,
): Promise<ReleaseSkew | undefined> {
  const { isLocal = true, version = "", pid } = running ?? {};
  const installed = look.state.command?.environment["OPENCLAW_SERVICE_VERSION"] ?? "";
  const isSkewed = version !== "" && version !== VERSION;
  if (!isLocal) {
    const text = `The gateway there is release ${version}, this command is ${VERSION}.`;
    return isSkewed ? { text: `${text} Install the same on both machines.` } : undefined;
  }
  const isStale = installed !== "" && installed !== VERSION;
  const parties = [
    ...(isSkewed ? [`the running gateway is release ${version}`] : []),
    ...(isStale ? [`the service was installed by release ${installed}`] : []),
  ];
  if (parties.length === 0) return undefined;
  const text = `${parties.join(", ")}, this command is ${VERSION}.`.replace(/^t/, "T");
  const newest =
    isNewer(version, VERSION) || isNewer(installed, VERSION) ? newerCommand(context, look) : undefined;
  if (newest !== undefined) return { text, fix: newest };
  const install = `${context.program} gateway install --force`;
  return { text, fix: isStale ? install : await replacementCommand(context, pid) };
}

// A newer gateway is not to be replaced by an older one, which might not even read its state: its own command takes over.
function newerCommand({ io }: CommandContext, { state }: ServiceLook): string | undefined {
  const words = state.command?.programArguments ?? [];
  const own = words.slice(0, Math.max(0, words.indexOf("gateway")));
  const isOther = own.length > 0 && own.at(-1) !== io.machine.entryPath;
  return isOther ? [...own.map(quoted), "gateway", "status"].join(" ") : undefined;
}

/** The one line of a report. */
export function skewLine({ text, fix }: ReleaseSkew): string {
  return fix === undefined ? text : `${text} Run: ${fix}`;
}
