import { KNOWN_CHANNELS } from "./schema/channels.ts";
import type { OpenClawConfig } from "./schema/config-schema.ts";
import type { ConfigIssue } from "./snapshot.ts";
import { isRecord } from "./source/record.ts";

interface RuleIssue extends ConfigIssue {
  readonly place: readonly string[];
}
/** One condition between keys that a schema of single keys cannot express. */
type Rule = (config: OpenClawConfig) => readonly RuleIssue[];

/** Applies every rule; an empty list means that the configuration makes sense as a whole. */
export function crossCheck(config: OpenClawConfig): readonly RuleIssue[] {
  return RULES.flatMap((rule) => rule(config));
}

const agentsAreDistinct: Rule = ({ agents }) => {
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

const broadcastAgentsExist: Rule = ({ agents, broadcast = {} }) => {
  const ids = new Set((agents?.list ?? [{ id: "main" }]).map((agent) => agent.id.toLowerCase()));
  return Object.entries(broadcast).flatMap(([peer, members]) =>
    (Array.isArray(members) ? members : [])
      .filter((id) => !ids.has(id.toLowerCase()))
      .map((id) => issue(["broadcast", peer], `Unknown agent id "${id}" (not in agents.list).`)),
  );
};

const channelsAreKnown: Rule = ({ channels = {} }) => {
  const known = new Set<string>([...KNOWN_CHANNELS, "defaults", "modelByChannel"]);
  return Object.keys(channels)
    .filter((id) => !known.has(id))
    .map((id) => issue(["channels", id], `unknown channel id: ${id}`));
};

const openChannelsSaySo: Rule = ({ channels = {} }) =>
  Object.entries(channels).flatMap(([id, block]) => {
    const channel = toRecord(block);
    const accounts = Object.entries(toRecord(channel["accounts"]));
    return [
      ...openWithoutWildcard(["channels", id], channel),
      // An account inherits the list of its channel.
      ...accounts.flatMap(([name, account]) =>
        openWithoutWildcard(["channels", id, "accounts", name], {
          allowFrom: channel["allowFrom"],
          ...toRecord(account),
        }),
      ),
    ];
  });

function openWithoutWildcard(
  place: readonly string[],
  policy: Readonly<Record<string, unknown>>,
): readonly RuleIssue[] {
  const allowFrom = Array.isArray(policy["allowFrom"]) ? policy["allowFrom"] : [];
  if (policy["dmPolicy"] !== "open" || allowFrom.includes("*")) return [];
  const path = place.join(".");
  return [
    issue([...place, "allowFrom"], `${path}.dmPolicy="open" requires ${path}.allowFrom to include "*"`),
  ];
}

const toolListsDoNotMix: Rule = ({ tools, agents }) => {
  const scopes: readonly (readonly [readonly string[], unknown])[] = [
    [["tools"], tools],
    ...(agents?.list ?? []).map(
      ({ tools }, index) => [["agents", "list", String(index), "tools"], tools] as const,
    ),
  ];
  return scopes.flatMap(([place, scope]) => {
    const { allow, alsoAllow } = toRecord(scope);
    const isMixed =
      Array.isArray(allow) && allow.length > 0 && Array.isArray(alsoAllow) && alsoAllow.length > 0;
    return isMixed ? [issue(place, "allow and alsoAllow cannot both be set; use one of them")] : [];
  });
};

/** Two entries of one name would be one principal with two sets of rights. */
const tokensAreDistinct: Rule = ({ gateway }) =>
  repeated((gateway?.auth?.tokens ?? []).map(({ name }) => name)).map((name) =>
    issue(["gateway", "auth", "tokens"], `Duplicate token name: ${name}`),
  );

const RULES: readonly Rule[] = [
  agentsAreDistinct,
  broadcastAgentsExist,
  channelsAreKnown,
  openChannelsSaySo,
  toolListsDoNotMix,
  tokensAreDistinct,
];

function issue(place: readonly string[], message: string): RuleIssue {
  return { path: place.join("."), message, place };
}

function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
