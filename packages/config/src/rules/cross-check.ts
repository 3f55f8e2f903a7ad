import type { OpenClawConfig } from "../schema/config-schema.ts";
import { tokensAreDistinct, toolListsDoNotMix } from "./access.ts";
import {
  agentsAreDistinct,
  avatarsAreShowable,
  broadcastAgentsExist,
  heartbeatTargetsAreKnown,
} from "./agents.ts";
import { channelsAreKnown, openChannelsSaySo } from "./channels.ts";
import type { Rule, RuleIssue } from "./rule.ts";

const RULES: readonly Rule[] = [
  agentsAreDistinct,
  broadcastAgentsExist,
  heartbeatTargetsAreKnown,
  avatarsAreShowable,
  channelsAreKnown,
  openChannelsSaySo,
  toolListsDoNotMix,
  tokensAreDistinct,
];

/** Applies every rule; an empty list means that the configuration makes sense as a whole. */
export function crossCheck(config: OpenClawConfig): readonly RuleIssue[] {
  return RULES.flatMap((rule) => rule(config));
}
