import { isAbsolute, relative, resolve } from "node:path";
import { KNOWN_CHANNELS } from "../schema/channels.ts";
import { issue, repeated, type Rule } from "./rule.ts";

/** No two agents share a name or a folder. */
export const agentsAreDistinct: Rule = ({ agents }) => {
  const list = agents?.list ?? [];
  const ids = list.map((agent) => agent.id.toLowerCase());
  const dirs = list.flatMap((agent) => agent.agentDir ?? []);
  return [
    ...repeated(ids).map((id) => issue(["agents", "list"], `Duplicate agent id: ${id}`)),
    ...repeated(dirs).map((dir) =>
      issue(
        ["agents", "list"],
        `Duplicate agentDir detected (multi-agent config). ${dir} is used by several agents.`,
      ),
    ),
  ];
};

/** Who answers a broadcast is an agent. */
export const broadcastAgentsExist: Rule = ({ agents, broadcast = {} }) => {
  const ids = new Set((agents?.list ?? [{ id: "main" }]).map((agent) => agent.id.toLowerCase()));
  return Object.entries(broadcast).flatMap(([peer, members]) =>
    (Array.isArray(members) ? members : [])
      .filter((id) => !ids.has(id.toLowerCase()))
      .map((id) => issue(["broadcast", peer], `Unknown agent id "${id}" (not in agents.list).`)),
  );
};

const HEARTBEAT_TARGETS = new Set<string>(["none", "last", ...KNOWN_CHANNELS]);

/** A heartbeat goes to nobody, to the chat of last, or to a channel. */
export const heartbeatTargetsAreKnown: Rule = ({ agents }) => {
  const blocks = [
    { place: ["agents", "defaults"], heartbeat: agents?.defaults?.heartbeat },
    ...(agents?.list ?? []).map(({ heartbeat }, index) => ({
      place: ["agents", "list", String(index)],
      heartbeat,
    })),
  ];
  return blocks.flatMap(({ place, heartbeat }) => {
    const target = heartbeat?.target?.trim().toLowerCase();
    if (target === undefined || HEARTBEAT_TARGETS.has(target)) return [];
    return [issue([...place, "heartbeat", "target"], `unknown heartbeat target: ${heartbeat?.target ?? ""}`)];
  });
};

/** A picture of an agent is fetched, or read out of its own folder: no other file of this machine is shown to browsers. */
export const avatarsAreShowable: Rule = ({ agents }) =>
  (agents?.list ?? []).flatMap(({ identity, workspace = agents?.defaults?.workspace }, index) => {
    const avatar = identity?.avatar?.trim();
    if (avatar === undefined || isShowable(avatar, workspace)) return [];
    const place = ["agents", "list", String(index), "identity", "avatar"];
    return [issue(place, "avatar must be a path inside the workspace, an http(s) URL or a data URI")];
  });

function isShowable(avatar: string, workspace: string | undefined): boolean {
  if (/^(https?:\/\/|data:)/i.test(avatar)) return true;
  // A drive letter is none of these.
  if (/^([a-z][a-z0-9+.-]+:|[\\/]{2}|~)/i.test(avatar)) return false;
  // Where the folder is does not matter to a relative path, which must not lead out of it.
  const folder = resolve(workspace ?? "workspace");
  if (workspace === undefined && isAbsolute(avatar)) return false;
  const way = relative(folder, resolve(folder, avatar));
  return !/^\.\.([\\/]|$)/.test(way) && !isAbsolute(way);
}
