import { mkdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ReloadMode } from "@openclaw/reload";
import { applied, detected, DISABLED, ignoring, read, type Sections } from "./rows.ts";
import { type GatewaySite, put, type Site, textOf } from "./site.ts";

/** Several steps, and what a started gateway says about them; "More sequences" of reload.md §12.1. */
export interface Sequence {
  readonly action: string;
  /** @default hybrid */
  readonly mode?: ReloadMode;
  readonly before?: Sections;
  /** Runs between the first text and the start. */
  readonly prepare?: (folder: string, configPath: string) => Promise<void>;
  readonly steps: readonly ((own: GatewaySite) => Promise<unknown>)[];
  /** After each step, what was said so far; the same list when it says nothing. */
  readonly says: readonly (readonly (RegExp | string)[])[];
  /** Changed settings that are not in force in the end. @default none */
  readonly pending?: readonly string[];
  /** The row that asks for something else than the reference does. */
  readonly unlike?: string;
}

const save =
  (sections: Sections, mode: ReloadMode = "hybrid") =>
  (own: Site) =>
    put(own.configPath, textOf(sections, mode));
const peer = (dmScope: string): Sections => ({ session: { dmScope } });
/** Long enough for a machine that has other things to do between two steps. */
const PATIENT: Sections = { gateway: { reload: { debounceMs: 2_000 } } };
const CHANGE = [detected("session.dmScope"), read("session.dmScope")];
const GONE = [
  "config reload retry (1/2): config file not found",
  "config reload retry (2/2): config file not found",
  "config reload skipped (config file not found)",
];
const INVALID = /^config reload skipped \(invalid config\): /;
const remove = (own: Site) => rm(own.configPath);
const link = async (folder: string, configPath: string) => {
  await rename(configPath, join(folder, "target.json"));
  await symlink(join(folder, "target.json"), configPath);
};
const target = (own: Site) => join(own.folder, "target.json");
const included = async (folder: string, configPath: string) => {
  await writeFile(join(folder, "session.json5"), "{ dmScope: 'main' }", { mode: 0o600 });
  await put(configPath, textOf({ session: { $include: "./session.json5" } }, "hybrid"));
};

export const SEQUENCES: readonly Sequence[] = [
  {
    action: "the same valid text restored",
    before: peer("main"),
    steps: [(own) => put(own.configPath, "{"), save(peer("main"))],
    says: [[INVALID], [INVALID]],
  },
  {
    action: "file deleted, recreated with a change",
    before: peer("main"),
    steps: [remove, save(peer("per-peer"))],
    says: [GONE, [...GONE, ...CHANGE]],
  },
  {
    action: "file deleted, recreated with a change 100 ms later, within the debounce",
    before: { ...peer("main"), ...PATIENT },
    steps: [
      async (own) => {
        await remove(own);
        await pause(100);
        await save({ ...peer("per-peer"), ...PATIENT })(own);
      },
    ],
    says: [CHANGE],
  },
  {
    action: "temp file and rename, twice",
    before: peer("main"),
    steps: [save(peer("per-peer")), save(peer("main"))],
    says: [CHANGE, [...CHANGE, ...CHANGE]],
  },
  {
    action: "target of a link edited in place, then replaced by rename",
    before: peer("main"),
    prepare: link,
    steps: [
      (own) => writeFile(target(own), textOf(peer("per-peer"), "hybrid")),
      (own) => put(target(own), textOf(peer("main"), "hybrid")),
    ],
    says: [CHANGE, [...CHANGE, ...CHANGE]],
  },
  {
    action: "touched",
    before: peer("main"),
    steps: [(own) => utimes(own.configPath, new Date(), new Date())],
    says: [[]],
  },
  {
    action: "an included file edited, the main file touched afterwards",
    prepare: included,
    steps: [
      (own) => put(join(own.folder, "session.json5"), "{ dmScope: 'per-peer' }"),
      (own) => utimes(own.configPath, new Date(), new Date()),
    ],
    says: [CHANGE, CHANGE],
    unlike: "reload.md §11: included files are watched",
  },
  {
    action: ".env of the state folder edited",
    before: { messages: { responsePrefix: "a" } },
    steps: [(own) => put(join(own.folder, ".env"), "HARMLESS=1\n")],
    says: [[detected(".env"), read(".env")]],
    unlike: "README.md .env: both files are watched",
  },
  {
    action: "mode off to hybrid",
    mode: "off",
    before: peer("main"),
    steps: [save(peer("per-peer"), "off"), save(peer("per-peer"), "hybrid")],
    says: [
      [detected("session.dmScope"), DISABLED],
      [detected("session.dmScope"), DISABLED, detected("gateway.reload.mode"), read("gateway.reload.mode")],
    ],
    pending: ["session.dmScope"],
    unlike: "reload.md §4: what was left out is remembered, and told",
  },
  {
    action: "mode hot to hybrid",
    mode: "hot",
    before: { gateway: { port: 18_701 } },
    steps: [save({ gateway: { port: 18_702 } }, "hot"), save({ gateway: { port: 18_702 } }, "hybrid")],
    says: [
      [detected("gateway.port"), ignoring("gateway.port")],
      [
        detected("gateway.port"),
        ignoring("gateway.port"),
        detected("gateway.reload.mode"),
        read("gateway.reload.mode"),
      ],
    ],
    pending: ["gateway.port"],
    unlike: "reload.md §4: what was left out is remembered, and told",
  },
  {
    action: "a ConfigMap exchanged, twice",
    before: peer("main"),
    prepare: async (folder, configPath) => {
      await mkdir(join(folder, "..first"));
      await rename(configPath, join(folder, "..first", "openclaw.json"));
      await symlink("..first", join(folder, "..data"));
      await symlink(join("..data", "openclaw.json"), configPath);
    },
    steps: ["per-peer", "main"].map((dmScope) => async (own: Site) => {
      await mkdir(join(own.folder, `..${dmScope}`));
      await writeFile(join(own.folder, `..${dmScope}`, "openclaw.json"), textOf(peer(dmScope), "hybrid"));
      await symlink(`..${dmScope}`, join(own.folder, "..data_tmp"));
      await rename(join(own.folder, "..data_tmp"), join(own.folder, "..data"));
    }),
    says: [CHANGE, [...CHANGE, ...CHANGE]],
  },
  {
    action: "config.patch with what is hot",
    before: { agents: { list: [{ id: "main" }] } },
    steps: [
      async ({ connect }) => {
        const client = await connect();
        const { hash } = await client.request("config.get", {});
        const raw = JSON.stringify({ agents: { list: [{ id: "main" }, { id: "ops" }] } });
        await client.request("config.patch", { raw, baseHash: hash ?? "" });
      },
    ],
    says: [[detected("agents.list"), applied("agents.list")]],
    unlike: "reload.md §7: applied before the answer, no restart, and the echo is skipped",
  },
];

/** Many writes one after the other. */
export interface Burst {
  readonly action: string;
  readonly writes: number;
  readonly everyMs: number;
  /** Evaluations that come of it, at most. */
  readonly evaluations: number;
  readonly unlike: string;
}

const LEADING_EDGE = "README.md Leading edge: the first save counts at once";

export const BURSTS: readonly Burst[] = [
  { action: "10 writes 30 ms apart", writes: 10, everyMs: 30, evaluations: 2, unlike: LEADING_EDGE },
  { action: "10 writes 400 ms apart", writes: 10, everyMs: 400, evaluations: 10, unlike: LEADING_EDGE },
];
