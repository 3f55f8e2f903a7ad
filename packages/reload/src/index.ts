// The engine.
export { type Accept, type AcceptOptions, ReloadEngine, type ReloadOutcome } from "./engine.ts";

export type { ReloadEngineOptions } from "./engine-options.ts";

// What became of the file.
export type { ReloadState, ReloadStatus } from "./status.ts";

// What subsystems give.
export type { ProvisionedPart, ReloadPart } from "./apply/apply-parts.ts";

// What becomes of a change.
export type { ReloadMode, ReloadPlan } from "./plan/plan-reload.ts";

// How the files are watched, and whose they may be.
export type { User } from "./source/file-trust.ts";
export type { WatchMode } from "./watch/file-watch.ts";
