import type { LoadedConfig } from "../snapshot.ts";
import { changedPaths } from "./differences.ts";
import type { EditPlan } from "./plan-edit.ts";

/** The plan that gives the main file of a configuration without includes another text, judged already. */
export function planMainFile(before: LoadedConfig, after: LoadedConfig, text: string): EditPlan {
  return {
    file: before.path,
    text,
    fileHash: before.hash,
    unchanged: [],
    before,
    after,
    changedPaths: changedPaths(before.resolved, after.resolved),
  };
}
