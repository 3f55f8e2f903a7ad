import { readVariable } from "@openclaw/config";

import { shadowingVariable } from "../../connection/unauthorized.ts";
import type { CommandContext } from "../../context.ts";
import { lockHolder } from "../../local/lock-holder.ts";
import {
  freePortAfter,
  hostOf,
  inspectPort,
  isGatewayListener,
  type PortListener,
} from "../../local/port-usage.ts";
import { lookAtService, type ServiceLook } from "../../service/service-look.ts";
import { startService } from "../../service/lifecycle.ts";
import { replacementCommand } from "../../service/replacement.ts";
import type { Examination } from "../examination.ts";
import { finding, type Finding } from "../finding.ts";
import { type GatewayLook, lookAtGateway } from "../gateway-look.ts";
import { remoteFinding } from "./remote-gateway.ts";
import { runningFindings } from "./running-gateway.ts";

const TITLE = "Gateway";

/** Whether the gateway answers, and if not, who or what is in its place. */
export async function checkGateway({ context, flags }: Examination): Promise<readonly Finding[]> {
  // Without a usable configuration there is no telling where it would be.
  if (!context.loaded.valid || !context.loaded.exists) return [];
  const look = await lookAtGateway(context, flags);
  switch (look.kind) {
    case "up":
      return runningFindings(context, look);
    case "nowhere":
      return [
        finding("gateway-address-unusable", {
          title: TITLE,
          text: look.message,
          fix: `${context.program} config edit`,
        }),
      ];
    case "failed":
      return look.target.source === "config gateway.remote.url"
        ? [remoteFinding(context, look)]
        : localFindings(context, look);
    default:
      return look satisfies never;
  }
}

type Failed = GatewayLook & { readonly kind: "failed" };

async function localFindings(context: CommandContext, failed: Failed): Promise<readonly Finding[]> {
  const port = Number(new URL(failed.target.url).port);
  if (failed.code === "unreachable") return down(context, failed);
  const holder = await lockHolder(context.paths.lockPath, port);
  const { listeners, status } = await inspectPort(hostOf(context), port, holder);
  const [listener] = listeners;
  if (failed.code === "unauthorized") return [await unauthorized(context, failed, { holder, listener })];
  const isOurs = listener === undefined ? status !== "busy" : listener.pid === holder;
  return [isOurs ? await silent(context, failed, listener) : await collision(context, port, listener)];
}

async function down(context: CommandContext, { target }: Failed): Promise<readonly Finding[]> {
  const { program } = context;
  const service = await lookAtService(context);
  const { own, isInstalled } = service;
  const canStart = isInstalled && own !== undefined && service.state.loaded;
  return [
    finding("gateway-down", {
      title: TITLE,
      text: `Gateway not running: nobody listens at ${target.url}.${lastRun(service)}`,
      fix: canStart ? `${program} gateway start` : `${program} gateway`,
      ...(canStart && {
        repair: {
          kind: "confirm",
          question: "Start the gateway service now?",
          perform: async () => {
            const { steps = [] } = await startService(context, own);
            return steps.map(({ text }) => text);
          },
        },
      }),
    }),
  ];
}

function lastRun({ isInstalled, state: { runtime } }: ServiceLook): string {
  const { lastRunResult } = runtime;
  return isInstalled && lastRunResult !== undefined
    ? ` The service's last run ended with ${lastRunResult}.`
    : "";
}

async function unauthorized(
  context: CommandContext,
  { target, message }: Failed,
  { holder, listener }: { readonly holder: number | undefined; readonly listener: PortListener | undefined },
): Promise<Finding> {
  const variable = shadowingVariable(context);
  const isShadowing = variable !== undefined;
  // One that runs with another state folder has credentials of its own, and is not ours to replace.
  const isOther = listener !== undefined && listener.pid !== holder && isGatewayListener(listener);
  if (!isShadowing && isOther) return collision(context, Number(new URL(target.url).port), listener);
  return finding("gateway-unauthorized", {
    title: TITLE,
    text: `The gateway at ${target.url} does not take this command's credentials: ${message}.${isShadowing ? ` ${variable} of this shell goes before the configuration.` : " It may have been started with others."}`,
    fix: isShadowing ? `unset ${variable}` : await replacementCommand(context, holder),
  });
}

async function silent(
  context: CommandContext,
  { target, message }: Failed,
  listener: PortListener | undefined,
): Promise<Finding> {
  const who = listener === undefined ? "" : ` Process ${listener.pid} has the port: ${listener.commandLine}.`;
  return finding("gateway-silent", {
    title: TITLE,
    text: `The gateway at ${target.url} does not answer as it should: ${message}.${who}`,
    fix: await replacementCommand(context, listener?.pid),
  });
}

/** Another program on our port: who it is, how to make it go, and the setting that gets out of its way. */
async function collision(
  context: CommandContext,
  port: number,
  listener: PortListener | undefined,
): Promise<Finding> {
  const isGateway = listener !== undefined && isGatewayListener(listener);
  const free = await freePortAfter(hostOf(context), port);
  const byVariable = readVariable(context.io.env, "OPENCLAW_GATEWAY_PORT") !== undefined;
  const what = isGateway ? "another gateway" : "another program";
  return finding(isGateway ? "port-other-gateway" : "port-foreign", {
    title: "Gateway port",
    text: `Port ${port} is held by ${what}: ${holderText(listener)}, or use another port.`,
    fix: byVariable
      ? `export OPENCLAW_GATEWAY_PORT=${free}`
      : `${context.program} config set gateway.port ${free}`,
  });
}

// What belongs to another user has no process that this one may look at.
function holderText(listener: PortListener | undefined): string {
  if (listener === undefined) return "one of another user. Have its owner end it";
  const { pid, user, commandLine, address } = listener;
  return `pid ${pid} ${user}: ${commandLine} (${address}). End it (kill ${pid})`;
}
