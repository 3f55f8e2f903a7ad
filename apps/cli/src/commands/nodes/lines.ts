import type { Methods } from "@openclaw/client";

import { formatAge } from "../../output/duration.ts";
import { facts, section } from "../../output/entries.ts";

type Node = Methods["node.list"]["result"]["nodes"][number];
type Request = Methods["node.pair.list"]["result"]["pending"][number];

/** The nodes as text, their ids in full because other commands take them. */
export function nodeLines(nodes: readonly Node[]): string[] {
  return section("Nodes", nodes, (node) => {
    const { nodeId, platform, remoteIp, connected, commands, pendingRequestId } = node;
    const state = connected ? "connected" : "away";
    return [
      `${nodeId}  ${facts([nodeName(node), platform, remoteIp, state])}`,
      ...(connected ? [`  commands: ${facts([commands.join(", ")]) || "none"}`] : []),
      ...(pendingRequestId === undefined ? [] : [`  waits for approval: ${pendingRequestId}`]),
    ];
  });
}

/** All about one node. */
export function describeLines(node: Node): string[] {
  return Object.entries(node)
    .filter(([name]) => name !== "ts")
    .map(([name, value]) => `${name}: ${facts([typeof value === "string" ? value : JSON.stringify(value)])}`);
}

/** What waits for an approval. */
export function requestLines(requests: readonly Request[], now: number): string[] {
  return section("Pending", requests, (request) => {
    const { requestId, nodeId, platform, remoteIp, commands = [], isRepair, ts } = request;
    const wish = isRepair ? "asks for more" : undefined;
    return [
      `${requestId}  ${facts([nodeName(request), platform, remoteIp, wish, formatAge(now - ts)])}`,
      `  node ${facts([nodeId])}`,
      `  commands: ${facts([commands.join(", ")]) || "none"}`,
    ];
  });
}

/** What people call a node. */
export function nodeName({ displayName, nodeId }: Pick<Node, "displayName" | "nodeId">): string {
  return facts([displayName ?? nodeId]);
}
