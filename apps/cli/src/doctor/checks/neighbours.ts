import { join } from "node:path";

import { isTruthy } from "@openclaw/config";

import type { CommandContext } from "../../context.ts";
import { freePortAfter, hostOf } from "../../local/port-usage.ts";
import { type Collision, findCollisions, PORT_ROOM } from "../../service/neighbours.ts";
import { lookAtService } from "../../service/service-look.ts";
import type { Examination } from "../examination.ts";
import { finding, type Finding, type FindingCode } from "../finding.ts";
import { quoted } from "../shell.ts";

const CODES: Readonly<Record<Collision["what"], FindingCode>> = {
  port: "service-shares-port",
  "near-port": "service-near-port",
  state: "service-shares-state",
  config: "service-shares-config",
  workspace: "service-shares-workspace",
};

/** Whether the gateways of other profiles on this machine leave ours its own of everything. */
export async function checkNeighbours({ context }: Examination): Promise<readonly Finding[]> {
  const { io, loaded } = context;
  if (isTruthy(io.env["OPENCLAW_NIX_MODE"]) || loaded.config.gateway?.mode === "remote") return [];
  const { own, isInstalled } = await lookAtService(context);
  if (own === undefined) return [];
  const collisions = await findCollisions(context, own);
  return Promise.all(
    collisions.map(async (collision) =>
      finding(CODES[collision.what], {
        title: "Other gateways of this user",
        text: collision.text,
        fix: await fixOf(context, collision, isInstalled),
      }),
    ),
  );
}

async function fixOf(
  context: CommandContext,
  { what, port, unitPath, name }: Collision,
  isInstalled: boolean,
): Promise<string> {
  const { program, paths } = context;
  switch (what) {
    case "port":
    case "near-port": {
      const change = `${program} config set gateway.port ${await freePortAfter(hostOf(context), port + PORT_ROOM)}`;
      return isInstalled ? `${change} && ${program} gateway install --force` : change;
    }
    case "workspace":
      return `${program} config set agents.defaults.workspace ${quoted(join(paths.stateDir, "workspace-own"))}`;
    // Everything that a gateway keeps: two services for one is one too many.
    case "state":
    case "config":
      return `systemctl --user disable --now ${quoted(name)} && rm ${quoted(unitPath)}`;
    default:
      return what satisfies never;
  }
}
