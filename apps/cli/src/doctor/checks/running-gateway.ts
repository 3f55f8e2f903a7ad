import type { CommandContext } from "../../context.ts";
import { releaseSkew } from "../../service/release-skew.ts";
import { lookAtService } from "../../service/service-look.ts";
import { VERSION } from "../../version.ts";
import { finding, type Finding } from "../finding.ts";
import type { GatewayLook } from "../gateway-look.ts";

const TITLE = "Gateway";
const MOST_PATHS = 10;

/** What a gateway that answers has to say about itself: its release, and the configuration it runs with. */
export async function runningFindings(context: CommandContext, look: Up): Promise<readonly Finding[]> {
  const isLocal = look.target.source !== "config gateway.remote.url";
  return [
    ...(isLocal ? await release(context, look) : []),
    ...refused(context, look),
    ...(isLocal ? pending(context, look) : []),
  ];
}

type Up = GatewayLook & { readonly kind: "up" };

async function release(context: CommandContext, { version, status }: Up): Promise<readonly Finding[]> {
  // What the service's file alone says is found by those who look at that file.
  if (version === VERSION || version === "") return [];
  const running = { version, pid: status.pid, isLocal: true };
  const { text = "", fix } = (await releaseSkew(context, await lookAtService(context), running)) ?? {};
  return fix === undefined ? [] : [finding("gateway-version-skew", { title: TITLE, text, fix })];
}

function refused({ program }: CommandContext, { status: { configStatus } }: Up): readonly Finding[] {
  if (configStatus === undefined || configStatus.state === "applied") return [];
  const { state, path = "<root>", reason = "see its log" } = configStatus;
  return [
    finding("gateway-config-refused", {
      title: TITLE,
      text: `The running gateway goes on with the configuration before (${state}): ${path}: ${reason}`,
      fix: `${program} config rollback`,
    }),
  ];
}

function pending({ program }: CommandContext, { status: { configStatus, pid } }: Up): readonly Finding[] {
  const paths = configStatus?.pendingRestart ?? [];
  if (paths.length === 0) return [];
  return [
    finding("gateway-restart-pending", {
      title: TITLE,
      text: `Changed, and in force only after a restart: ${paths.slice(0, MOST_PATHS).join(", ")}`,
      // One in the foreground has no supervisor to restart it; the signal does it in the process.
      fix: pid === undefined ? `${program} gateway restart` : `kill -USR1 ${pid}`,
    }),
  ];
}
