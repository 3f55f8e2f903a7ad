import { mkdir, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname } from "node:path";

import { displayPath } from "@openclaw/config";

import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { findPlaces, type Part, type Places } from "./places.ts";

/** How something is taken away. */
export interface RemovalFlags {
  readonly dryRun?: boolean;
  /** For good, instead of moving it aside. */
  readonly delete?: boolean;
}

/** What is or would be gone; `to` is null for what is deleted. */
export interface Removed {
  readonly moved: readonly { readonly path: string; readonly to: string | null }[];
  readonly left: Places["left"];
}

/** A plan that only needs to be carried out. */
export interface Removal extends Removed {
  /** Does it. @throws {CliFailure} what could not be moved, and what was before it */
  perform(): Promise<void>;
}

/**
 * Plans to take parts of this installation away: moved aside, each to a name of its own, unless deleting was asked for in
 * so many words. Docs: onboarding.md#what-goes
 *
 * @param word ends the names of what is moved, before the time
 */
export async function planRemoval(
  context: CommandContext,
  parts: ReadonlySet<Part>,
  { word, flags }: { readonly word: string; readonly flags: RemovalFlags },
): Promise<Removal> {
  const stamp = new Date(context.io.now()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const { places, left } = await findPlaces(context, parts, `${word}-${stamp}`);
  const moved = places.map(({ path, aside }) => ({ path, to: flags.delete === true ? null : aside }));
  const perform = async () => {
    for (const [index, { path, to }] of moved.entries()) {
      await take(path, to).catch((error: unknown) => {
        throw stuck({ context, path, error, before: moved.slice(0, index) });
      });
    }
    // Only when nothing of anybody is left in it.
    if (parts.has("state")) await rmdir(context.paths.stateDir).catch(() => undefined);
  };
  return { moved, left, perform };
}

/** What becomes of shells that read their completions below the state folder. */
export function completionLines({ program }: CommandContext, { moved }: Removed): readonly string[] {
  const gone = moved.find(({ path }) => basename(path) === "completions");
  return gone === undefined
    ? []
    : [
        `take the line with ${gone.path} out of your shell's profile, or: ${program} completion --write-state`,
      ];
}

/** What is done, one line each, or would be. */
export function removalLines(
  { paths }: CommandContext,
  { moved, left }: Removed,
  { dryRun = false }: RemovalFlags,
): readonly string[] {
  const short = (path: string) => displayPath(path, paths.home);
  return [
    ...moved.map(({ path, to }) => {
      if (to === null) return `${dryRun ? "Would delete" : "Deleted"} ${short(path)}`;
      return `${dryRun ? "Would move" : "Moved"} ${short(path)} to ${short(to)}`;
    }),
    ...left.map(({ path, reason }) => `Left alone: ${short(path)}: ${reason}`),
  ];
}

async function take(path: string, to: string | null): Promise<void> {
  if (to === null) return rm(path, { recursive: true });
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await rename(path, to);
}

interface Stuck {
  readonly context: CommandContext;
  readonly path: string;
  readonly error: unknown;
  readonly before: Removed["moved"];
}

function stuck({ context, path, error, before }: Stuck): CliFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return new CliFailure(`${path} cannot be taken away: ${reason}`, {
    code: "failed",
    details: removalLines(context, { moved: before, left: [] }, {}),
    hint: "move it by hand, then type the same again",
    cause: error,
  });
}
