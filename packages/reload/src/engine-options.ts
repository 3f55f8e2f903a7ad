import type { ConfigIssue, Env, LoadedConfig, Paths, ReloadKindRule } from "@openclaw/config";
import type { ReloadPart } from "./apply/apply-parts.ts";
import type { Logger } from "./report.ts";
import type { User } from "./source/file-trust.ts";
import type { WatchMode } from "./watch/file-watch.ts";

/** An edit of the file that was not made through the engine. */
export interface FileEdited {
  readonly isTaken: boolean;
  /** The settings it changed, or those that stand in its way; dotted, never a value. */
  readonly paths: readonly string[];
}

/** What an engine works with. */
export interface ReloadEngineOptions {
  /** What the gateway has started with. */
  readonly initial: LoadedConfig;
  readonly paths: Pick<Paths, "configPath" | "home" | "stateEnvPath" | "workingEnvPath">;
  /** Environment of the process. */
  readonly env: Env;
  readonly rules: readonly ReloadKindRule[];
  /** In the order in which they are taken over. */
  readonly parts: readonly ReloadPart<LoadedConfig>[];
  /** What would keep a gateway from starting with a valid configuration. */
  readonly preflight: (after: LoadedConfig) => Promise<readonly ConfigIssue[]>;
  /** Restarts because of an edit of the file; the settings that need it are for people. */
  readonly requestRestart: (reasons: readonly string[]) => void;
  /** Something was read, before anything of it is used or logged. */
  readonly onRead?: (config: LoadedConfig) => void;
  /** Somebody edited the file, and this became of it; told once what could be applied is in force. */
  readonly onEdit?: (edit: FileEdited) => void;
  /** The status or what is in force is another. */
  readonly onStatus: () => void;
  readonly logger: Logger;
  /** Files that others could have written are not taken over. @default whoever wrote them is believed */
  readonly user?: User;
  /** @default events */
  readonly watchMode?: WatchMode;
  /** Distance of regular looks at the files, in ms. @default as the file says */
  readonly pollMs?: number | "never";
}
