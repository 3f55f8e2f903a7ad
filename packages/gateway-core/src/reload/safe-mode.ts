import type { ReloadStatus } from "@openclaw/reload";

/** Whether the gateway still runs with the last good configuration that it was started with in place of its file. */
export interface SafeMode {
  readonly isOn: boolean;
  /** Looks whether a file was taken over since. */
  look(status: ReloadStatus): void;
}

export function createSafeMode(isLastGood: boolean): SafeMode {
  let isOn = isLastGood;
  return {
    get isOn() {
      return isOn;
    },
    look: ({ state }) => void (isOn &&= state !== "applied"),
  };
}
