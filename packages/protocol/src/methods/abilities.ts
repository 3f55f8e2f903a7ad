import * as v from "valibot";

import { nonEmpty, noParams, openParams, text } from "../schemas.ts";
import { method, result } from "./define.ts";

/** A skill, open. */
export interface SkillView {
  readonly name: string;
  readonly skillKey: string;
  readonly eligible: boolean;
  readonly [field: string]: unknown;
}

/** Result of `skills.status`. */
export interface SkillsStatus {
  readonly workspaceDir: string;
  readonly managedSkillsDir: string;
  /** Those agents are told about. */
  readonly skills: readonly SkillView[];
}

/** A tool in {@link ToolsCatalog}. */
export interface ToolView {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly source: "core" | "plugin";
  readonly pluginId?: string;
  readonly optional?: boolean;
  readonly defaultProfiles: readonly string[];
}

/** Result of `tools.catalog`. */
export interface ToolsCatalog {
  readonly agentId: string;
  readonly profiles: readonly { readonly id: string; readonly label: string }[];
  /** Tools an agent can really call. */
  readonly groups: readonly {
    readonly id: string;
    readonly label: string;
    readonly source: "core" | "plugin";
    readonly pluginId?: string;
    readonly tools: readonly ToolView[];
  }[];
}

/** Result of `tools.effective`: what a run of the session may call now. */
export type ToolsEffective = Pick<ToolsCatalog, "agentId" | "groups">;

/** A slash command in `commands.list`. */
export interface CommandView {
  /** Without the slash. */
  readonly name: string;
  /** Everything that starts it, with the slash. */
  readonly textAliases: readonly string[];
  readonly description: string;
  readonly category: string;
  readonly source: "native";
  readonly scope: "text";
}

/** Result of `doctor.memory.status`. */
export interface MemoryStatus {
  readonly agentId: string;
  readonly provider: string;
  readonly embedding: { readonly ok: boolean; readonly error?: string };
}

const ofAgent = { agentId: v.optional(nonEmpty) };

/** What agents can do beside talking. */
export const ABILITY_METHODS = {
  "tools.catalog": method({
    params: v.strictObject({ ...ofAgent, includePlugins: v.optional(v.boolean()) }),
    scope: "operator.read",
    result: result<ToolsCatalog>(),
  }),
  "tools.effective": method({
    params: v.strictObject({ sessionKey: nonEmpty, ...ofAgent }),
    scope: "operator.read",
    result: result<ToolsEffective>(),
    advertised: false,
  }),
  "commands.list": method({
    params: v.strictObject({
      ...ofAgent,
      provider: v.optional(text),
      scope: v.optional(v.picklist(["text", "native", "both"])),
      includeArgs: v.optional(v.boolean()),
    }),
    scope: "operator.read",
    result: result<{ readonly commands: readonly CommandView[] }>(),
    advertised: false,
  }),
  "skills.status": method({
    params: v.strictObject(ofAgent),
    scope: "operator.read",
    result: result<SkillsStatus>(),
  }),
  "skills.bins": method({
    params: noParams,
    scope: "node",
    result: result<{ readonly bins: readonly string[] }>(),
  }),
  "doctor.memory.status": method({
    params: openParams,
    scope: "operator.read",
    result: result<MemoryStatus>(),
  }),
};
