import type { ReloadMode } from "@openclaw/reload";

/** Sections of a configuration; those of `gateway` come on top of what every gateway here has. */
export interface Sections {
  readonly gateway?: {
    readonly reload?: object;
    readonly auth?: object;
    readonly [name: string]: unknown;
  };
  readonly [name: string]: unknown;
}

/** An edit, and what a gateway says about it; the rows of reload.md §12.1. */
export interface Observation {
  readonly edit: string;
  /** `run`: before a started gateway. `plan`: its subsystem is to come; kinds, reasons and lines are decided without. */
  readonly how: "plan" | "run";
  readonly before?: Sections;
  /** What the file says next, or its very text. */
  readonly after: Sections | ((text: string) => string);
  /** By mode, the lines of the log. A pattern stands for a text that the parser words. */
  readonly says: Readonly<Partial<Record<ReloadMode, readonly (RegExp | string)[]>>>;
  /** The row that asks for something else than the reference does. */
  readonly unlike?: string;
}

export const detected = (paths: string) => `config change detected; evaluating reload (${paths})`;
export const applied = (paths: string) => `config hot reload applied (${paths})`;
export const read = (paths: string) => `config change applied (dynamic reads: ${paths})`;
export const restarts = (paths: string) => `config change requires gateway restart (${paths})`;
export const ignoring = (paths: string) =>
  `config reload requires gateway restart; hot mode ignoring (${paths})`;
const refused = (reason: string) => `config reload skipped (restart preflight failed): ${reason}`;
export const DISABLED = "config reload disabled (gateway.reload.mode=off)";

const off = (paths: string) => [detected(paths), DISABLED];
/** In every mode the same. */
const always = (...lines: readonly (RegExp | string)[]): Observation["says"] => ({
  hybrid: lines,
  hot: lines,
  restart: lines,
  off: lines,
});

/** What a part takes over at work. */
const hot = (paths: string): Observation["says"] => ({
  hybrid: [detected(paths), applied(paths)],
  hot: [detected(paths), applied(paths)],
  restart: [detected(paths), applied(paths), restarts(paths)],
  off: off(paths),
});
/** What is read at every use: never a restart. */
const none = (paths: string): Observation["says"] => ({
  hybrid: [detected(paths), read(paths)],
  hot: [detected(paths), read(paths)],
  restart: [detected(paths), read(paths)],
  off: off(paths),
});
const RESTART_WORDING = "reload.md §4: mode restart follows the runbook, what needs nothing restarts nothing";
/** What only a start takes over. */
const cold = (paths: string): Observation["says"] => ({
  hybrid: [detected(paths), restarts(paths)],
  hot: [detected(paths), ignoring(paths)],
  restart: [detected(paths), restarts(paths)],
  off: off(paths),
});

const HOOKS = { enabled: true, token: "a-token-for-webhooks-0123456789", path: "/hooks" };
const { token: _token, ...WITHOUT_TOKEN } = HOOKS;

export const OBSERVATIONS: readonly Observation[] = [
  {
    edit: "hooks.path",
    how: "run",
    before: { hooks: HOOKS },
    after: { hooks: { ...HOOKS, path: "/inbound" } },
    says: hot("hooks.path"),
  },
  {
    edit: "hooks.token",
    how: "run",
    before: { hooks: HOOKS },
    after: { hooks: { ...HOOKS, token: "another-token-for-webhooks-0123456789" } },
    says: hot("hooks.token"),
  },
  {
    edit: "hooks.token removed while enabled",
    how: "run",
    before: { hooks: HOOKS },
    after: { hooks: WITHOUT_TOKEN },
    says: {
      ...always(detected("hooks.token"), refused("hooks.enabled requires hooks.token")),
      off: off("hooks.token"),
    },
    unlike: "reload.md §6.4, README.md: all or nothing, and checked before anything is applied",
  },
  {
    edit: "first hooks.gmail key",
    how: "plan",
    before: { hooks: HOOKS },
    after: { hooks: { ...HOOKS, gmail: { account: "me@example.com" } } },
    says: hot("hooks.gmail"),
  },
  {
    edit: "cron.maxConcurrentRuns",
    how: "plan",
    before: { cron: { maxConcurrentRuns: 1 } },
    after: { cron: { maxConcurrentRuns: 2 } },
    says: hot("cron.maxConcurrentRuns"),
  },
  {
    edit: "whole cron block removed",
    how: "plan",
    before: { cron: { maxConcurrentRuns: 1, enabled: true } },
    after: {},
    says: hot("cron"),
  },
  {
    edit: "whole cron block added",
    how: "plan",
    after: { cron: { maxConcurrentRuns: 1, enabled: true } },
    says: hot("cron"),
  },
  {
    edit: "channels.telegram.dmPolicy",
    how: "plan",
    before: { channels: { telegram: { dmPolicy: "pairing" } } },
    after: { channels: { telegram: { dmPolicy: "disabled" } } },
    says: hot("channels.telegram.dmPolicy"),
  },
  {
    edit: "channels.signal.dmPolicy",
    how: "plan",
    before: { channels: { signal: { dmPolicy: "pairing" } } },
    after: { channels: { signal: { dmPolicy: "disabled" } } },
    says: hot("channels.signal.dmPolicy"),
  },
  {
    edit: "first channels block",
    how: "plan",
    after: { channels: { telegram: { dmPolicy: "pairing" } } },
    says: hot("channels"),
    unlike: "reload.md §2: a new section is judged by what is in it",
  },
  {
    edit: "channels.defaults added",
    how: "plan",
    before: { channels: { telegram: { dmPolicy: "pairing" } } },
    after: { channels: { telegram: { dmPolicy: "pairing" }, defaults: { groupPolicy: "open" } } },
    says: hot("channels.defaults"),
    unlike: "reload.md §11: channels.defaults is hot",
  },
  {
    edit: "channels.whatsapp while it is not loaded",
    how: "plan",
    before: { channels: { telegram: { dmPolicy: "pairing" } } },
    after: { channels: { telegram: { dmPolicy: "pairing" }, whatsapp: { dmPolicy: "pairing" } } },
    says: hot("channels.whatsapp"),
    unlike: "reload.md §2: a channel is started, not the gateway",
  },
  { edit: "web", how: "run", after: { web: { enabled: true } }, says: cold("web") },
  {
    edit: "agents.defaults.heartbeat.every",
    how: "run",
    before: { agents: { defaults: { heartbeat: { every: "60s" } } } },
    after: { agents: { defaults: { heartbeat: { every: "90s" } } } },
    says: hot("agents.defaults.heartbeat.every"),
  },
  {
    edit: "agents.list, an agent added",
    how: "run",
    before: { agents: { list: [{ id: "main" }] } },
    after: { agents: { list: [{ id: "main" }, { id: "ops" }] } },
    says: hot("agents.list"),
    unlike: "reload.md §3: agents carry heartbeats, so their list is hot",
  },
  {
    edit: "logging.level",
    how: "run",
    before: { logging: { level: "info" } },
    after: { logging: { level: "debug" } },
    says: none("logging.level"),
    unlike: RESTART_WORDING,
  },
  {
    edit: "session.dmScope",
    how: "run",
    before: { session: { dmScope: "main" } },
    after: { session: { dmScope: "per-peer" } },
    says: none("session.dmScope"),
    unlike: RESTART_WORDING,
  },
  {
    edit: "messages.responsePrefix",
    how: "run",
    before: { messages: { responsePrefix: "a" } },
    after: { messages: { responsePrefix: "b" } },
    says: none("messages.responsePrefix"),
    unlike: RESTART_WORDING,
  },
  {
    edit: "ui.seamColor",
    how: "run",
    before: { ui: { seamColor: "#112233" } },
    after: { ui: { seamColor: "#445566" } },
    says: none("ui.seamColor"),
    unlike: RESTART_WORDING,
  },
  {
    edit: "cron.* and session.* in one write",
    how: "plan",
    before: { cron: { maxConcurrentRuns: 1 }, session: { dmScope: "main" } },
    after: { cron: { maxConcurrentRuns: 2 }, session: { dmScope: "per-peer" } },
    says: {
      hybrid: [detected("cron.maxConcurrentRuns, session.dmScope"), applied("cron.maxConcurrentRuns")],
    },
  },
  {
    edit: "gateway.reload.debounceMs",
    how: "run",
    after: { gateway: { reload: { debounceMs: 30 } } },
    says: always(detected("gateway.reload.debounceMs"), read("gateway.reload.debounceMs")),
    unlike: `${RESTART_WORDING}; §3 row 2: always taken over, in mode off, too`,
  },
  {
    edit: "gateway.remote",
    how: "run",
    after: { gateway: { remote: { url: "ws://127.0.0.1:9" } } },
    says: none("gateway.remote"),
    unlike: RESTART_WORDING,
  },
  {
    edit: "gateway.auth.token",
    how: "run",
    after: { gateway: { auth: { token: "another-token-of-the-gateway-0123456789" } } },
    says: hot("gateway.auth.token"),
    unlike: "reload.md §8, T-AUTH-15: a rotated secret waits for no restart",
  },
  {
    edit: "gateway.port, which the command line decides",
    how: "run",
    before: { gateway: { port: 18_701 } },
    after: { gateway: { port: 18_702 } },
    says: cold("gateway.port"),
  },
  {
    edit: "discovery.mdns.mode",
    how: "run",
    before: { discovery: { mdns: { mode: "off" } } },
    after: { discovery: { mdns: { mode: "minimal" } } },
    says: cold("discovery.mdns.mode"),
  },
  {
    edit: "plugins.entries.*",
    how: "run",
    before: { plugins: { entries: { x: { enabled: true } } } },
    after: { plugins: { entries: { x: { enabled: false } } } },
    says: cold("plugins.entries.x.enabled"),
  },
  {
    edit: "commands.restart",
    how: "run",
    before: { commands: { restart: true } },
    after: { commands: { restart: false } },
    says: cold("commands.restart"),
  },
  { edit: "env", how: "run", after: { env: { vars: { HARMLESS: "1" } } }, says: cold("env") },
  {
    edit: "approvals",
    how: "run",
    after: { approvals: { exec: { enabled: true } } },
    says: cold("approvals"),
  },
  { edit: "diagnostics", how: "run", after: { diagnostics: { enabled: true } }, says: cold("diagnostics") },
  {
    edit: "comment and whitespace only",
    how: "run",
    after: (text) => `// theirs\n${text}\n\n`,
    says: always(),
    unlike: "reload.md §9.1: the same configuration restarts nothing in mode restart either",
  },
  {
    edit: "invalid JSON",
    how: "run",
    after: () => "{ gateway: { mode: ",
    says: always(/^config reload skipped \(invalid config\): : JSON5 parse failed: /),
  },
  {
    edit: "wrong type and unknown key",
    how: "run",
    after: { gateway: { port: "high" }, bogus: 1 },
    says: always(
      /^config reload skipped \(invalid config\): gateway\.port: Invalid input: expected number, received string.*, : Unrecognized key: "bogus"/,
    ),
  },
  {
    edit: "mode off and cron in one write",
    how: "plan",
    before: { cron: { maxConcurrentRuns: 1 } },
    after: { cron: { maxConcurrentRuns: 2 }, gateway: { reload: { mode: "off" } } },
    says: {
      hybrid: [
        detected("gateway.reload.mode, cron.maxConcurrentRuns"),
        DISABLED,
        read("gateway.reload.mode"),
      ],
    },
    unlike: "reload.md §3 row 2: what decides about reloads is taken over",
  },
  {
    edit: "mode restart and session in one write",
    how: "run",
    before: { session: { dmScope: "main" } },
    after: { session: { dmScope: "per-peer" }, gateway: { reload: { mode: "restart" } } },
    says: {
      hybrid: [
        detected("gateway.reload.mode, session.dmScope"),
        read("gateway.reload.mode, session.dmScope"),
      ],
    },
    unlike: RESTART_WORDING,
  },
  {
    edit: "valid, but nothing that a gateway could start with",
    how: "run",
    after: { gateway: { auth: { mode: "password" } } },
    says: {
      hybrid: [
        detected("gateway.auth.mode"),
        /^config reload skipped \(restart preflight failed\): .*password/,
      ],
      restart: [
        detected("gateway.auth.mode"),
        /^config reload skipped \(restart preflight failed\): .*password/,
      ],
    },
    unlike: "reload.md §6.4: found before a restart, the gateway goes on",
  },
];
