import {
  createAgentChanges,
  deleteAgentChanges,
  hasAgent,
  slugAgentId,
  updateAgentChanges,
} from "@openclaw/config";
import { invalidRequest, unknownAgent } from "@openclaw/protocol";
import { type ConnectionView, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import { callerOf } from "../actor.ts";
import type { ConfigDesk } from "../config/config-desk.ts";
import type { GatewayContext } from "../context.ts";

type Before = Awaited<ReturnType<ConfigDesk["read"]>>;

const MAIN = "main";

/**
 * Agents are entries of the configuration: adding, changing and removing one is a write of it, with its budget, checks,
 * audit line and restart. Docs: configuration.md#agents
 */
export function agentChangeMethods({ configDesk }: GatewayContext): MethodHandlers {
  const mustExist = (before: Before, agentId: string, { dialect }: ConnectionView) => {
    if (!hasAgent(before, agentId)) throw unknownAgent(dialect, `agent "${agentId}" not found`);
  };

  return defineMethods({
    "agents.create": async ({ params, ...call }) => {
      const { name, workspace } = params;
      const agentId = slugAgentId(name);
      // Also what a name without a single letter or digit comes to.
      if (agentId === MAIN) throw invalidRequest(`"${MAIN}" is reserved`);
      const changes = (before: Before) => {
        if (hasAgent(before, agentId)) throw invalidRequest(`agent "${agentId}" already exists`);
        return createAgentChanges(before, agentId, params);
      };
      await configDesk.write({ method: "agents.create", kind: "change", changes, ...callerOf(call) });
      return { ok: true, agentId, name, workspace };
    },

    "agents.update": async ({ params: { agentId: given, ...fields }, ...call }) => {
      const agentId = slugAgentId(given);
      const changes = (before: Before) => {
        mustExist(before, agentId, call.connection);
        return updateAgentChanges(before, agentId, fields);
      };
      await configDesk.write({ method: "agents.update", kind: "change", changes, ...callerOf(call) });
      return { ok: true, agentId };
    },

    "agents.delete": async ({ params, ...call }) => {
      const agentId = slugAgentId(params.agentId);
      if (agentId === MAIN) throw invalidRequest(`"${MAIN}" cannot be deleted`);
      let removedBindings = 0;
      const changes = (before: Before) => {
        mustExist(before, agentId, call.connection);
        const removal = deleteAgentChanges(before, agentId);
        ({ removedBindings } = removal);
        return removal.changes;
      };
      // Its settings may be most there are; to delete an agent says so.
      await configDesk.write({
        method: "agents.delete",
        kind: "change",
        changes,
        force: true,
        ...callerOf(call),
      });
      return { ok: true, agentId, removedBindings };
    },
  });
}
