/** What a subsystem gives to reload with: it follows some settings. */
export interface ReloadPart<Config> {
  /** For the log, such as `hooks`. */
  readonly name: string;
  /** Dotted prefixes of the settings it follows. */
  readonly follows: readonly string[];
  /**
   * Makes what the new settings need, beside what serves. Throws when that is impossible, and leaves nothing behind
   * then.
   */
  provision(next: Config, previous: Config): Promise<ProvisionedPart> | ProvisionedPart;
}

/** The new state of a subsystem, not in use yet. */
export interface ProvisionedPart {
  /** Starts what is new while the old still serves. */
  start?(): Promise<void> | void;
  /** Puts the new in the place of the old, which goes on to exist. */
  swap(): Promise<void> | void;
  /** Stops the old, once every part has swapped. */
  finish?(): Promise<void> | void;
  /** Called however far it came, also when a step of its own failed: the old serves again, the new is released. */
  revert(): Promise<void> | void;
}

/** Which part failed, at which step. */
export interface PartFailure {
  readonly part: string;
  readonly step: "provision" | "start" | "swap";
  readonly error: unknown;
}

export interface ApplyOptions {
  /** What a single step may take, in ms; a part that takes longer has failed. */
  readonly stepTimeoutMs: number;
  /** A part that could not let go of its old or its new state; what serves is not affected. */
  readonly onLeftover: (part: string, error: unknown) => void;
}

/** All parts have swapped, or every one is as it was. */
export type Application =
  /** `finish` stops what is out of use. */
  { readonly ok: true; finish(): Promise<void> } | { readonly ok: false; readonly failure: PartFailure };

interface Member {
  readonly name: string;
  readonly provisioned: ProvisionedPart;
}

/** Takes all parts over to a new configuration, in their order: each step for all of them before the next step. */
export async function applyParts<Config>(
  parts: readonly ReloadPart<Config>[],
  { next, previous }: { readonly next: Config; readonly previous: Config },
  options: ApplyOptions,
): Promise<Application> {
  const members: Member[] = [];
  const { stepTimeoutMs, onLeftover } = options;
  const revert = async (failure: PartFailure): Promise<Application> => {
    for (const { name, provisioned } of members.reverse()) {
      await within(stepTimeoutMs, () => provisioned.revert()).catch((error: unknown) =>
        onLeftover(name, error),
      );
    }
    return { ok: false, failure };
  };
  for (const part of parts) {
    try {
      const provisioned = await provision(part, { next, previous }, options);
      members.push({ name: part.name, provisioned });
    } catch (error) {
      return revert({ part: part.name, step: "provision", error });
    }
  }
  for (const step of ["start", "swap"] as const) {
    for (const { name, provisioned } of members) {
      try {
        await within(stepTimeoutMs, () => provisioned[step]?.());
      } catch (error) {
        return revert({ part: name, step, error });
      }
    }
  }
  return {
    ok: true,
    finish: async () => {
      for (const { name, provisioned } of members) {
        await within(stepTimeoutMs, () => provisioned.finish?.()).catch((error: unknown) =>
          onLeftover(name, error),
        );
      }
    },
  };
}

/** What a part provides after its time is released by itself: nobody waits for it any more. */
async function provision<Config>(
  part: ReloadPart<Config>,
  { next, previous }: { readonly next: Config; readonly previous: Config },
  { stepTimeoutMs, onLeftover }: ApplyOptions,
): Promise<ProvisionedPart> {
  let isLate = false;
  const made = Promise.resolve()
    .then(() => part.provision(next, previous))
    .then(async (provisioned) => {
      if (isLate) await provisioned.revert();
      return provisioned;
    });
  try {
    return await within(stepTimeoutMs, () => made);
  } catch (error) {
    isLate = true;
    made.catch((late: unknown) => {
      if (late !== error) onLeftover(part.name, late);
    });
    throw error;
  }
}

/** The result of a step, or a failure when it takes too long. */
async function within<T>(ms: number, step: () => Promise<T> | T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms}ms`)), ms);
    timer.unref();
  });
  try {
    return await Promise.race([Promise.resolve().then(step), late]);
  } finally {
    clearTimeout(timer);
  }
}
