import { join } from "node:path";

import { CliFailure } from "../failure.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import type { Place } from "./places.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

/** A shell that completes words. */
export interface Shell {
  readonly name: string;
  /** Of the script's file. */
  readonly fileName: string;
  script(places: readonly Place[]): string;
  /** File that the shell reads when it starts, and the line that has it read the script; absent where there is none. */
  readonly startUp?: (home: string, env: Variables) => string;
}

type Variables = Readonly<Record<string, string | undefined>>;

const configHome = (home: string, env: Variables) => env["XDG_CONFIG_HOME"]?.trim() || join(home, ".config");

/** Every shell there is a script for, the default first. */
export const SHELLS: readonly Shell[] = [
  {
    name: "zsh",
    fileName: "openclaw.zsh",
    script: zshScript,
    startUp: (home, env) => join(env["ZDOTDIR"]?.trim() || home, ".zshrc"),
  },
  { name: "bash", fileName: "openclaw.bash", script: bashScript, startUp: (home) => join(home, ".bashrc") },
  { name: "powershell", fileName: "openclaw.ps1", script: powershellScript },
  {
    name: "fish",
    fileName: "openclaw.fish",
    script: fishScript,
    startUp: (home, env) => join(configHome(home, env), "fish/config.fish"),
  },
];

/** The shell of a name. @throws {CliFailure} one that is not known */
export function shellNamed(name: string): Shell {
  const found = SHELLS.find((shell) => shell.name === name);
  if (found !== undefined) return found;
  const names = SHELLS.map((shell) => shell.name).join(", ");
  throw new CliFailure(`Unsupported shell ${JSON.stringify(name)}: use ${names}`, { code: "usage" });
}
