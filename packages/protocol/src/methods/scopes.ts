import type { MethodScope } from "../scopes.ts";
import { methodContract } from "./index.ts";

/**
 * What a caller must hold for a method, by its name. Names without a contract here keep the scope they have in the
 * protocol, so that a caller without rights is told the same by every gateway, whatever that gateway implements; a name
 * nobody knows asks for `operator.admin`.
 *
 * Docs: protocol.md#authorisation-order
 */
export function methodScope(name: string): MethodScope {
  return methodContract(name)?.scope ?? RESERVED.get(name) ?? "operator.admin";
}

const RESERVED_NAMES: readonly (readonly [MethodScope, readonly string[]])[] = [
  ["node", ["node.invoke.result", "node.event", "skills.bins"]],
  [
    "operator.read",
    [
      "agent.identity.get",
      "agents.files.get",
      "agents.files.list",
      "config.schema",
      "cron.list",
      "cron.runs",
      "cron.status",
      "doctor.memory.status",
      "node.describe",
      "node.list",
      "sessions.preview",
      "sessions.resolve",
      "sessions.usage",
      "sessions.usage.logs",
      "sessions.usage.timeseries",
      "skills.status",
      "talk.config",
      "tools.catalog",
      "tts.providers",
      "tts.status",
      "usage.cost",
      "usage.status",
      "voicewake.get",
    ],
  ],
  [
    "operator.write",
    [
      "browser.request",
      "node.invoke",
      "poll",
      "push.test",
      "send",
      "tts.convert",
      "tts.disable",
      "tts.enable",
      "tts.setProvider",
      "voicewake.set",
      "wake",
    ],
  ],
  ["operator.talk", ["talk.mode"]],
  ["operator.approvals", ["exec.approval.request", "exec.approval.resolve", "exec.approval.waitDecision"]],
  [
    "operator.pairing",
    [
      "device.pair.approve",
      "device.pair.list",
      "device.pair.reject",
      "device.pair.remove",
      "device.token.revoke",
      "device.token.rotate",
      "node.pair.approve",
      "node.pair.list",
      "node.pair.reject",
      "node.pair.request",
      "node.pair.verify",
      "node.rename",
    ],
  ],
];

const RESERVED: ReadonlyMap<string, MethodScope> = new Map(
  RESERVED_NAMES.flatMap(([scope, names]) => names.map((name) => [name, scope] as const)),
);
