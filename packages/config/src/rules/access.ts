import { issue, repeated, type Rule, toRecord } from "./rule.ts";

/** A list of all tools and a list of further ones contradict each other. */
export const toolListsDoNotMix: Rule = ({ tools, agents }) => {
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
export const tokensAreDistinct: Rule = ({ gateway }) =>
  repeated((gateway?.auth?.tokens ?? []).map(({ name }) => name)).map((name) =>
    issue(["gateway", "auth", "tokens"], `Duplicate token name: ${name}`),
  );
