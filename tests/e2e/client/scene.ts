import type { NodeClientOptions } from "@openclaw/client/node";

/** A gateway that is ready for one case, and what to say to it. */
export interface Scene extends AsyncDisposable {
  readonly url: string;
  /** What the case's connection needs: secrets, scopes, a device. */
  readonly options: Omit<NodeClientOptions, "url">;
  /** Params by method, where the answer depends on them. */
  readonly params: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The scope that the case's call lacks, and the call. */
  readonly lacks?: { readonly scope: string; readonly method: string };
  /** Ends the gateway as a stop of the service does. */
  stop?(): void;
}

/** The cases of the suite; a target has a scene for each it can play. */
export interface Scenes {
  readonly admits: () => Promise<Scene>;
  readonly refusesToken: () => Promise<Scene>;
  readonly refusesVersion: () => Promise<Scene>;
  readonly wantsApproval: () => Promise<Scene>;
  readonly lacksScope: () => Promise<Scene>;
  readonly runs: () => Promise<Scene>;
  readonly chats: () => Promise<Scene>;
  readonly stops: () => Promise<Scene>;
}

/** Something that behaves like a gateway in one dialect. */
export interface Target {
  readonly name: string;
  readonly dialect: 3 | 4;
  readonly scenes: Scenes;
}
