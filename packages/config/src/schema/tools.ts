import * as v from "valibot";
import { count, flag, later, mapOf, oneOf, opaque, openSection, section, texts } from "./vocabulary.ts";

const policy = () => ({
  profile: oneOf("minimal", "coding", "messaging", "full"),
  allow: texts,
  alsoAllow: texts,
  deny: texts,
});

const scope = () => ({
  ...policy(),
  byProvider: mapOf(section(policy())),
  elevated: section({ enabled: flag, allowFrom: opaque }),
  exec: openSection({
    host: oneOf("sandbox", "gateway", "node"),
    security: oneOf("deny", "allowlist", "full"),
    ask: oneOf("off", "on-miss", "always"),
    timeoutSec: count,
    backgroundMs: count,
  }),
  fs: section({ workspaceOnly: flag }),
  loopDetection: opaque,
  sandbox: opaque,
});

/** Tool policy of one agent. */
export const AgentToolsSchema = later(() => section(scope()));

/** `tools.*`: which tools agents may use. Docs: configuration.md#tools */
export const ToolsSchema = later(() =>
  section({
    ...scope(),
    sessions: section({ visibility: oneOf("self", "tree", "agent", "all") }),
    agentToAgent: section({ enabled: flag, allow: texts }),
    message: opaque,
    subagents: opaque,
    web: opaque,
    media: opaque,
    links: opaque,
  }),
);

/** `plugins.*`: installed extensions; their own settings are theirs to check. */
export const PluginsSchema = later(() =>
  section({
    enabled: flag,
    allow: texts,
    deny: texts,
    load: section({ paths: texts }),
    slots: opaque,
    entries: mapOf(section({ enabled: flag, config: opaque })),
    installs: opaque,
  }),
);

/** `approvals.*`: who is asked before a command runs. */
export const ApprovalsSchema = later(() =>
  section({
    exec: section({
      enabled: flag,
      mode: oneOf("session", "targets", "both"),
      agentFilter: texts,
      sessionFilter: texts,
      targets: v.array(opaque),
    }),
  }),
);
