import { resolveGatewaySettings } from "@openclaw/config";

import type { Examination } from "../examination.ts";
import { finding, type Finding } from "../finding.ts";

const TITLE = "Security";
const DANGERS = [
  "dangerouslyAllowHostHeaderOriginFallback",
  "dangerouslyDisableDeviceAuth",
  "allowInsecureAuth",
] as const;

/** What opens the gateway further than most people want it. */
export function checkSecurity({ context }: Examination): readonly Finding[] {
  const { loaded, env, paths, program } = context;
  if (!loaded.valid || loaded.config.gateway?.mode === "remote") return [];
  const flags = { allowUnconfigured: true };
  const resolved = resolveGatewaySettings({
    config: loaded.config,
    env,
    paths,
    flags,
    configExists: loaded.exists,
  });
  if (!resolved.ok) return [];
  const { hosts, port, isLoopback, controlUi, auth } = resolved.settings;
  return [
    ...(isLoopback
      ? []
      : [
          finding("bind-exposed", {
            title: TITLE,
            text: `The gateway can be reached from the network (${hosts.join(", ")}, port ${port}); who has its ${auth.mode} controls it.`,
            fix: `${program} config set gateway.bind loopback`,
          }),
        ]),
    ...DANGERS.filter((name) => controlUi[name]).map((name) =>
      finding("browser-checks-weakened", {
        title: TITLE,
        text: `gateway.controlUi.${name} is on and weakens the checks of browsers.`,
        fix: `${program} config unset gateway.controlUi.${name}`,
      }),
    ),
    ...openChannels(context.loaded.config.channels ?? {}, program),
  ];
}

type Channels = NonNullable<Examination["context"]["loaded"]["config"]["channels"]>;

/** Channels that let anybody talk to the agents. */
function openChannels(channels: Channels, program: string): readonly Finding[] {
  return Object.entries(channels).flatMap(([id, channel]) =>
    "dmPolicy" in channel && channel.dmPolicy === "open"
      ? [
          finding("channel-open", {
            title: TITLE,
            text: `Everybody may write to ${id} (dmPolicy is open).`,
            fix: `${program} config set channels.${id}.dmPolicy pairing`,
          }),
        ]
      : [],
  );
}
