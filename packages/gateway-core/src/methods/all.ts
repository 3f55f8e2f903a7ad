import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import type { RunAudience } from "../run-audience.ts";
import { abilityMethods } from "./abilities.ts";
import { agentChangeMethods } from "./agent-changes.ts";
import { approvalPolicyMethods } from "./approval-policies.ts";
import { approvalMethods } from "./approvals.ts";
import { auditMethods } from "./audit.ts";
import { chatRunMethods } from "./chat-runs.ts";
import { chatMethods } from "./chat.ts";
import { configMethods } from "./config.ts";
import { cronMethods } from "./cron.ts";
import { deviceMethods } from "./devices.ts";
import { heartbeatMethods } from "./heartbeats.ts";
import { listMethods } from "./lists.ts";
import { nodePairingMethods } from "./node-pairing.ts";
import { nodeRoleMethods } from "./node-role.ts";
import { nodeMethods } from "./nodes.ts";
import { proxyMethods } from "./proxy.ts";
import { runMethods } from "./runs.ts";
import { schemaMethods } from "./schema.ts";
import { sessionChangeMethods } from "./session-changes.ts";
import { sessionMethods } from "./sessions.ts";
import { statusMethods } from "./status.ts";
import { subscriptionMethods } from "./subscriptions.ts";
import { systemMethods } from "./system.ts";
import { usageMethods } from "./usage.ts";
import { voiceMethods } from "./voice.ts";

/** Everything this gateway answers, family by family. */
export function allMethods(context: GatewayContext, audience: RunAudience): MethodHandlers {
  return defineMethods({
    ...statusMethods(context),
    ...heartbeatMethods(context),
    ...systemMethods(context),
    ...auditMethods(context),
    ...proxyMethods(context),
    ...listMethods(context),
    ...configMethods(context),
    ...agentChangeMethods(context),
    ...approvalPolicyMethods(context),
    ...approvalMethods(context),
    ...schemaMethods(context),
    ...usageMethods(context),
    ...abilityMethods(context),
    ...voiceMethods(context),
    ...sessionMethods(context),
    ...sessionChangeMethods(context),
    ...subscriptionMethods(context),
    ...cronMethods(context),
    ...nodeMethods(context),
    ...nodePairingMethods(context),
    ...nodeRoleMethods(context),
    ...deviceMethods(context),
    ...runMethods(context, audience),
    ...chatMethods(context),
    ...chatRunMethods(context, audience),
  });
}
