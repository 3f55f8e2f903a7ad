import * as v from "valibot";

import type { EventLoopHealth } from "../health.ts";
import { intFrom, nonEmpty, text } from "../schemas.ts";
import { method, result } from "./define.ts";

/** State of one account of a channel; connectors add their own fields. */
export interface ChannelAccountStatus {
  readonly accountId: string;
  readonly name?: string;
  readonly enabled?: boolean;
  readonly configured?: boolean;
  readonly linked?: boolean;
  readonly running?: boolean;
  readonly connected?: boolean;
  readonly lastError?: string | null;
  readonly [key: string]: unknown;
}

/** Result of `channels.status`; maps are keyed by channel id. */
export interface ChannelsStatus {
  readonly ts: number;
  readonly channelOrder: readonly string[];
  readonly channelLabels: Readonly<Record<string, string>>;
  readonly channelDetailLabels: Readonly<Record<string, string>>;
  readonly channelSystemImages: Readonly<Record<string, string>>;
  readonly channelMeta: readonly {
    readonly id: string;
    readonly label: string;
    readonly detailLabel: string;
    readonly systemImage?: string;
  }[];
  readonly channels: Readonly<Record<string, unknown>>;
  readonly channelAccounts: Readonly<Record<string, readonly ChannelAccountStatus[]>>;
  readonly channelDefaultAccountId: Readonly<Record<string, string>>;
  /** Dialect 4. */
  readonly statusIssues?: readonly unknown[];
  readonly eventLoop?: EventLoopHealth;
}

const account = v.strictObject({ channel: nonEmpty, accountId: v.optional(text) });

/** Result of `channels.start` and `channels.stop`. */
export interface ChannelSwitched {
  readonly ok: true;
  readonly channel: string;
  readonly accountId: string;
  readonly running: boolean;
}

/** The connectors. */
export const CHANNELS_METHODS = {
  "channels.status": method({
    params: v.strictObject({
      probe: v.optional(v.boolean()),
      timeoutMs: v.optional(intFrom(0)),
      channel: v.optional(nonEmpty),
    }),
    scope: "operator.read",
    result: result<ChannelsStatus>(),
  }),
  "channels.logout": method({
    params: account,
    scope: "operator.admin",
    result: result<{ readonly channel: string; readonly accountId: string; readonly cleared: boolean }>(),
  }),
  "channels.start": method({
    params: account,
    scope: "operator.admin",
    result: result<ChannelSwitched>(),
    advertised: false,
  }),
  "channels.stop": method({
    params: account,
    scope: "operator.admin",
    result: result<ChannelSwitched>(),
    advertised: false,
  }),
};
