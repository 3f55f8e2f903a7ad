import { isTruthy } from "@openclaw/config";
import { readLinger, type ServiceState, SystemdSupervisor } from "@openclaw/service";

import { findLocalTarget } from "../../connection/open-gateway.ts";
import type { CommandContext } from "../../context.ts";
import { findDrift } from "../../service/drift.ts";
import { installService } from "../../service/install-service.ts";
import { type OwnService, serviceHost } from "../../service/own-service.ts";
import { lookAtService } from "../../service/service-look.ts";
import { otherServices } from "../../service/service-report.ts";
import type { Examination } from "../examination.ts";
import { finding, type Finding } from "../finding.ts";
import type { Repair, RepairKind } from "../repair.ts";
import { quoted } from "../shell.ts";

/** Services beside ours that run something like a gateway, and would want its port. */
export async function checkOthers({ context, flags }: Examination): Promise<readonly Finding[]> {
  const others = await otherServices(context, await lookAtService(context), flags.deep === true);
  return others.map(({ label, scope, path, legacy }) => {
    const systemctl = scope === "user" ? "systemctl --user" : "sudo systemctl";
    const remove = scope === "user" ? ` && rm ${quoted(path)}` : "";
    return finding(legacy ? "service-legacy" : "service-other", {
      title: "Other gateway-like services detected",
      text: `${label} (${scope}, unit: ${path}): most machines need one gateway.`,
      fix: `${systemctl} disable --now ${quoted(label)}${remove}`,
    });
  });
}

/** Whether the service on file is the one that would be installed now (service.md §8). */
export async function checkDrift({ context }: Examination): Promise<readonly Finding[]> {
  const found = isOurs(context) ? await lookAtService(context) : undefined;
  const { own, state } = found ?? {};
  if (own === undefined || state?.command === undefined) return [];
  const { command, needsReload = false } = state;
  const port = Number(new URL(findLocalTarget(context).url).port);
  const drift = await findDrift(context, { own, command, port, needsReload, scope: "full" });
  const repairs = new Map(REINSTALLS.map((kind) => [kind, reinstall(context, own, kind)]));
  return drift.map(({ code, severity, level, message, detail, fix }) => {
    // Only what a new installation mends is mended by one.
    const isMendable = fix.endsWith(INSTALL) && severity !== "info";
    const repair = isMendable ? repairs.get(level === "aggressive" ? "aggressive" : "confirm") : undefined;
    return {
      code,
      severity,
      title: "Gateway service config",
      text: detail === undefined ? message : `${message} (${detail})`,
      fix,
      ...(repair && { repair }),
    };
  });
}

/** What the supervisor knows that the unit's text does not say. */
export async function checkSupervisor({ context }: Examination): Promise<readonly Finding[]> {
  const found = isOurs(context) ? await lookAtService(context) : undefined;
  if (found?.own === undefined || found.state.command === undefined) return [];
  return [...notEnabled(context, found.state), ...(await lingering(context, found.own, found.state))];
}

const INSTALL = "gateway install --force";
const REINSTALLS: readonly RepairKind[] = ["confirm", "aggressive"];

// Where others write units, or the gateway is elsewhere, the local service is not ours to judge.
function isOurs({ io, loaded }: CommandContext): boolean {
  return !isTruthy(io.env["OPENCLAW_NIX_MODE"]) && loaded.config.gateway?.mode !== "remote";
}

function reinstall(context: CommandContext, own: OwnService, kind: RepairKind): Repair {
  return {
    kind,
    question:
      kind === "aggressive"
        ? "The service seems to be changed on purpose. Overwrite it?"
        : "Install the gateway service again with what is right now?",
    perform: async () => {
      const { warnings = [], steps = [] } = await installService(context, own, { force: true });
      return [
        ...warnings,
        ...steps.map(({ text, undo }) => (undo === undefined ? text : `${text} (undo: ${undo})`)),
      ];
    },
  };
}

function notEnabled({ program }: CommandContext, { loaded, runtime }: ServiceState): readonly Finding[] {
  if (loaded || runtime.status === "unknown") return [];
  return [
    finding("service-disabled", {
      title: "Gateway service config",
      text: "The gateway service is on file and disabled: nobody starts it after the next boot.",
      fix: `${program} ${INSTALL}`,
    }),
  ];
}

async function lingering(
  context: CommandContext,
  { supervisor }: OwnService,
  { loaded }: ServiceState,
): Promise<readonly Finding[]> {
  if (!loaded || !(supervisor instanceof SystemdSupervisor)) return [];
  const linger = await readLinger(serviceHost(context));
  if (linger.isOn !== false) return [];
  return [
    finding("service-linger-off", {
      title: "Systemd",
      text: `Systemd lingering is disabled for ${linger.user}: the gateway ends with the last session.`,
      fix: linger.fix,
    }),
  ];
}
