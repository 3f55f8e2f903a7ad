import type { SettingStore } from "@openclaw/store";
import { describe, expect, test } from "vitest";
import { createVoiceWake } from "./voice-wake.ts";

function memory(): SettingStore {
  const values = new Map<string, unknown>();
  return {
    get: (name) => Promise.resolve(values.get(name)),
    put: (name, value) => Promise.resolve(void values.set(name, value)),
  };
}

describe("wake words", () => {
  test("are the usual ones until somebody sets others, and again when none is left", async () => {
    const wake = createVoiceWake(memory);
    expect(wake.triggers).toEqual(["openclaw", "claude", "computer"]);
    await wake.set(["jarvis", "  ", ` ${"x".repeat(80)} `]);
    expect(wake.triggers).toEqual(["jarvis", "x".repeat(64)]);
    await wake.set(Array.from({ length: 40 }, (_, index) => `w${index}`));
    expect(wake.triggers).toHaveLength(32);
    await wake.set([" "]);
    expect(wake.triggers).toEqual(["openclaw", "claude", "computer"]);
  });

  test("survive a restart, whatever else stands in the store", async () => {
    const settings = memory();
    await createVoiceWake(() => settings).set(["jarvis"]);
    const next = createVoiceWake(() => settings);
    await next.load();
    expect(next.triggers).toEqual(["jarvis"]);
    await settings.put("voicewake.triggers", [7, "ok"]);
    await next.load();
    expect(next.triggers).toEqual(["ok"]);
  });

  test("stay as they were when they could not be kept", async () => {
    const wake = createVoiceWake(() => ({
      get: () => Promise.resolve(undefined),
      put: () => Promise.reject(new Error("disk")),
    }));
    await expect(wake.set(["jarvis"])).rejects.toThrow("disk");
    expect(wake.triggers).toEqual(["openclaw", "claude", "computer"]);
  });
});
