import { KNOWN_CHANNELS } from "../schema/channels.ts";
import { issue, type Rule, type RuleIssue, toRecord } from "./rule.ts";

/** A channel that is set up is one that can be. */
export const channelsAreKnown: Rule = ({ channels = {} }) => {
  const known = new Set<string>([...KNOWN_CHANNELS, "defaults", "modelByChannel"]);
  return Object.keys(channels)
    .filter((id) => !known.has(id))
    .map((id) => issue(["channels", id], `unknown channel id: ${id}`));
};

/** Whoever lets everybody write says so twice. */
export const openChannelsSaySo: Rule = ({ channels = {} }) =>
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
