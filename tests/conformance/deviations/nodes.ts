import type { Deviation } from "./deviation.ts";
import { nothing } from "./differences.ts";
import { answered, edit, type Edit, unknownMethod, without } from "./edits.ts";

/** Nodes, both dialects. */
export const NODES: readonly Deviation[] = [
  {
    files: ["v3/node-chat-subscribe"],
    because: "A node that watches a session gets its copies, and no broadcast meant for operators.",
    row: "README.md Events: a subscribed node its copies, no broadcast; threats.md T-AZ-12",
    kind: "behaviour",
    instead: without((frame) => frame["event"] !== undefined && frame["seq"] !== undefined),
  },
  {
    files: ["v3/node-pair-methods", "v3/ro-node.pair.list"],
    because: "The token of a node is told once, to whoever approves it; nobody can read it again.",
    row: "threats.md T-PAIR-09, T-PAIR-13",
    kind: "behaviour",
    differences: nothing("payload.node.token", "payload.paired.*.token"),
  },
  {
    files: ["v4/node-host"],
    because: "Plug-ins, skills and runners of nodes come later; voice routes, too.",
    row: "protocol-v4.md §10 nodes (node role); §12 Built-in node host",
    kind: "behaviour",
    until: "node plug-ins",
    instead: (recording) => {
      const withoutRoutes = without((frame) => frame["event"] === "voicewake.routing.changed");
      return withOurAnswers(withoutRoutes(recording));
    },
  },
];

const LATER_METHODS: Readonly<Record<string, string>> = {
  "3": "node.runnerInventory.update",
  "4": "node.skills.update",
  "5": "node.pluginTools.update",
  "6": "node.runnerInventory.update",
};

/** Puts our answers to the node host's calls; their ids begin with a number. */
const withOurAnswers: Edit = (recording) =>
  edit(recording, undefined, (known) =>
    known.map((entry) => {
      if (entry.kind !== "receive" || entry.frame["type"] !== "res") return entry;
      const id = String(entry.frame["id"]);
      const [number = ""] = id.split(":");
      const method = LATER_METHODS[number];
      if (method !== undefined) return unknownMethod(id, method);
      if (number !== "2") return entry;
      return answered(id, { ok: true, event: "node.host.stats", handled: false });
    }),
  );
