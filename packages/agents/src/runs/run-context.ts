import type { AgentsLimits } from "../agents.ts";
import type { AgentsConfig } from "../config.ts";
import type { Logger } from "../logger.ts";
import type { ModelCatalog } from "../models/catalog.ts";
import type { ModelProvider, ModelRef, ThinkingLevel } from "../models/types.ts";
import type { SessionBook } from "../sessions/session-book.ts";
import type { SessionNews } from "../sessions/session-news.ts";
import type { SystemEventQueue } from "../sessions/system-events.ts";
import type { AgentStore } from "../store.ts";
import type { Envelope } from "../text/envelope.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import type { RunPruner } from "./run-pruner.ts";
import type { RunRegistry } from "./run-registry.ts";
import type { Attachment } from "./types.ts";

/** What every part of a run works with. */
export interface RunContext {
  readonly store: AgentStore;
  readonly book: SessionBook;
  readonly news: SessionNews;
  readonly registry: RunRegistry;
  readonly systemEvents: SystemEventQueue;
  readonly pruner: RunPruner;
  readonly tools: ToolRegistry;
  readonly providers: ReadonlyMap<string, ModelProvider>;
  /** The configuration in force now, and what is derived from it. */
  readonly config: () => AgentsConfig;
  readonly catalog: () => ModelCatalog;
  readonly envelope: () => Envelope;
  readonly timeZone: () => string | undefined;
  readonly workspaceDir: (agentId: string) => string;
  readonly now: () => number;
  readonly random: (size: number) => Uint8Array;
  readonly limits: AgentsLimits;
  readonly logger: Logger | undefined;
  /** Remark on the first answer of a session while no model is configured. */
  readonly offlineHint: string | undefined;
  readonly version: string | undefined;
}

/** A request after it was checked: what is to be run. */
export interface RunOrder {
  readonly text: string;
  /** The gateway's own words: no time is put before them. */
  readonly isInstruction: boolean;
  readonly attachments: readonly Attachment[];
  readonly thinking: ThinkingLevel | undefined;
  readonly model: ModelRef | undefined;
  readonly timeoutMs: number;
  readonly extraSystemPrompt: string | undefined;
  /** Start the session over first, on this model if one is given. */
  readonly reset: { readonly model: ModelRef | undefined } | undefined;
}
