import {
  type Env,
  errorCode,
  type LoadedConfig,
  loadConfig,
  type LoadConfigOptions,
  readTextFile,
  sourceFiles,
} from "@openclaw/config";
import { type FileSurvey, stampOf, surveyFiles } from "../watch/file-survey.ts";
import { doubtAbout, type TrustedOwners, trustedOwners, type User } from "./file-trust.ts";

/** The files as they are now. */
export interface Reading {
  readonly after: LoadedConfig;
  /** Taken once they were read. */
  readonly survey: FileSurvey;
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
  async believe(files: readonly string[]): Promise<Pick<Reading, "doubt" | "survey">> {
    const { user } = this.#options;
    const survey = await surveyFiles(files);
    if (user !== undefined) this.#owners = trustedOwners(survey, user);
    return { survey, doubt: await this.#doubtAbout(survey) };
  }

  async read(): Promise<Reading> {
    const { paths, env } = this.#options;
    const stamps = new Map<string, string | undefined>();
    const names = new Map<string, string>();
    const readFile = async (path: string) => {
      try {
        const { text, stats } = await readTextFile(path);
        stamps.set(path, stampOf(stats));
        return text;
      } catch (error) {
        if (errorCode(error) === "ENOENT") stamps.set(path, undefined);
        throw error;
      }
    };
    // Files that are included by a link are read by their real names.
    const realPath = async (path: string) => {
      const real = await sourceFiles.realPath(path);
      names.set(real, path);
      return real;
    };
    const after = await loadConfig({ paths, env, readFile, realPath });
    // Afterwards, so that what is judged is what was read.
    const survey = await surveyFiles(after.sources);
    const doubt = await this.#doubtAbout(survey);
    const isStill = [...stamps].every(([path, stamp]) => {
      const stats = survey.found.get(names.get(path) ?? path);
      return stamp === (stats && stampOf(stats));
    });
    return { after, survey, doubt, isStill };
  }

  async #doubtAbout(survey: FileSurvey): Promise<string | undefined> {
    const { user } = this.#options;
    return user === undefined ? undefined : doubtAbout(survey, { user, owners: this.#owners });
  }
}
