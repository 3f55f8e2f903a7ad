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
  // Newer nodes call these by themselves: they are told that there is no such method, not that it is for others.
  ["node", ["node.pluginTools.update", "node.runnerInventory.update", "node.skills.update"]],
  [
    "operator.read",
    [
      "agents.files.get",
      "agents.files.list",
      "sessions.usage",
      "sessions.usage.logs",
      "sessions.usage.timeseries",
      "tts.providers",
      "tts.status",
    ],
  ],
  [
    "operator.write",
    [
      "browser.request",
      "poll",
      "push.test",
      "send",
      "tts.convert",
      "tts.disable",
      "tts.enable",
      "tts.setProvider",
    ],
  ],
];

const RESERVED: ReadonlyMap<string, MethodScope> = new Map(
  RESERVED_NAMES.flatMap(([scope, names]) => names.map((name) => [name, scope] as const)),
);
