import {
  type Env,
  type LoadedConfig,
  loadConfig,
  type LoadConfigOptions,
  sourceFiles,
} from "@openclaw/config";
import { fileStamp } from "../watch/file-places.ts";
import { doubtAbout, type TrustedOwners, trustedOwners, type User } from "./file-trust.ts";

/** The files as they are now. */
export interface Reading {
  readonly after: LoadedConfig;
  /** Whether nobody wrote while they were read and judged. */
  readonly isStill: boolean;
  /** Why they are not to be believed. */
  readonly doubt: string | undefined;
}

export interface ConfigSourceOptions {
  readonly paths: LoadConfigOptions["paths"];
  readonly env: Env;
  /** @default every file is believed */
  readonly user?: User;
}

/** Reads the files, and judges whether what was read may be used. */
export class ConfigSource {
  readonly #options: ConfigSourceOptions;
  #owners: TrustedOwners = new Set();

  constructor(options: ConfigSourceOptions) {
    this.#options = options;
  }

  /** Believes the owners of these files from now on; tells what makes the files unsafe all the same. */
  async believe(files: readonly string[]): Promise<string | undefined> {
    const { user } = this.#options;
    if (user !== undefined) this.#owners = await trustedOwners(files, user);
    return this.#doubtAbout(files);
  }

  async read(): Promise<Reading> {
    const { paths, env } = this.#options;
    const stamps = new Map<string, string | undefined>();
    const readFile = async (path: string) => {
      const stamp = await fileStamp(path);
      const text = await sourceFiles.readText(path);
      stamps.set(path, stamp);
      return text;
    };
    const after = await loadConfig({ paths, env, readFile });
    const doubt = await this.#doubtAbout(after.sources);
    // Last, so that what was judged is what was read.
    const changes = [...stamps].map(async ([path, stamp]) => {
      return stamp === undefined || stamp !== (await fileStamp(path));
    });
    return { after, doubt, isStill: !(await Promise.all(changes)).includes(true) };
  }

  async #doubtAbout(files: readonly string[]): Promise<string | undefined> {
    const { user } = this.#options;
    return user === undefined ? undefined : doubtAbout(files, { user, owners: this.#owners });
  }
}
