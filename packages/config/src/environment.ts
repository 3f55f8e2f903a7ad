/** Environment variables as a value. */
export type Env = Readonly<Record<string, string | undefined>>;

/** The facts about the running process that configuration depends on; the applications fill it in once. */
export interface Environment {
  readonly env: Env;
  /** Home folder as the operating system knows it. */
  readonly homeDir: string;
  /** Working directory, absolute. */
  readonly cwd: string;
}

/** The trimmed value of a variable; blank counts as unset. */
export function readVariable(env: Env, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value) return value;
  }
  return undefined;
}

/** Whether a variable says yes: `1`, `true`, `yes` or `on` in any case. */
export function isTruthy(value: string | undefined): boolean {
  return /^(1|true|yes|on)$/i.test(value?.trim() ?? "");
}
