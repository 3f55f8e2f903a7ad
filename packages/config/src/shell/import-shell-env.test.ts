import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Env } from "../environment.ts";
import { type TemporaryDir, temporaryDir } from "../testing/temporary-dir.ts";
import { importShellEnv } from "./import-shell-env.ts";

interface Machine extends TemporaryDir {
  ask(env?: Env, shellEnv?: object): ReturnType<typeof importShellEnv>;
}

/** A machine whose login shell is a script; `isListed` says whether it stands among the shells. */
async function machine(script: string, isListed = true): Promise<Machine> {
  const dir = await temporaryDir();
  const shell = join(dir.path, "shell");
  const shellsPath = join(dir.path, "shells");
  await writeFile(shell, `#!/bin/sh\n${script}\n`);
  await chmod(shell, 0o755);
  await writeFile(shellsPath, `# shells\n${isListed ? shell : "/bin/other"}\n`);
  return {
    ...dir,
    ask: (env = {}, shellEnv = { enabled: true }) => {
      const whole = { PATH: "/usr/bin:/bin", SHELL: shell, ...env };
      const loaded = { env: whole, written: { env: { shellEnv } } };
      return importShellEnv({ loaded, env: whole, homeDir: dir.path, shellsPath });
    },
  };
}

const say = (...entries: readonly string[]) => `printf '${entries.map((entry) => `${entry}\\000`).join("")}'`;

describe.runIf(process.platform !== "win32")("importShellEnv", () => {
  test("takes the expected variables of a login shell, and no others", async () => {
    await using dir = await machine(
      `echo "Welcome to SHELL=1"\n${say("OPENAI_API_KEY=one\\ntwo=2", "PATH=/x", "SLACK_BOT_TOKEN= ", "GEMINI_API_KEY=g")}`,
    );
    expect(await dir.ask()).toEqual({
      variables: { OPENAI_API_KEY: "one\ntwo=2", GEMINI_API_KEY: "g" },
    });
  });

  test("asks a real shell, which reads the profile of the home folder", async () => {
    await using dir = await machine("", false);
    await writeFile(join(dir.path, ".profile"), "export ZAI_API_KEY=of-the-profile\nsleep 5 &\n");
    expect(await dir.ask()).toEqual({ variables: { ZAI_API_KEY: "of-the-profile" } });
  });

  test.each<[string, Env, object]>([
    ["it is not wanted", {}, { enabled: false }],
    ["nobody says that it is", {}, {}],
    ["it is put off", { OPENCLAW_DEFER_SHELL_ENV_FALLBACK: "1" }, { enabled: true }],
    ["any of the variables is set", { OPENCLAW_GATEWAY_TOKEN: "t" }, { enabled: true }],
  ])("runs nothing when %s", async (_why, env, shellEnv) => {
    await using dir = await machine(say("OPENAI_API_KEY=one"));
    expect(await dir.ask(env, shellEnv)).toEqual({ variables: {} });
  });

  test("runs when a variable wants it, and a blank one counts as not set", async () => {
    await using dir = await machine(say("OPENAI_API_KEY=one"));
    const env = { OPENCLAW_LOAD_SHELL_ENV: "yes", ANTHROPIC_API_KEY: " " };
    expect(await dir.ask(env, {})).toEqual({ variables: { OPENAI_API_KEY: "one" } });
  });

  test("gives the shell its home and nothing that loads somebody's code", async () => {
    await using dir = await machine(
      'printf "OPENAI_API_KEY=%s\\000" "$1|$2|$3|$HOME|$NODE_OPTIONS|$ZDOTDIR|$LD_PRELOAD|$BASH_ENV|$KEPT"',
    );
    const env = {
      ...{ HOME: "/elsewhere", NODE_OPTIONS: "--require x", ZDOTDIR: "/z", LD_PRELOAD: "", BASH_ENV: "/b" },
      KEPT: "kept",
    };
    const { variables } = await dir.ask(env);
    expect(variables["OPENAI_API_KEY"]).toBe(`-l|-c|env -0|${dir.path}||||` + "|kept");
  });

  test("runs no program that the machine does not list as a shell", async () => {
    await using dir = await machine(say("OPENAI_API_KEY=of-a-stranger"), false);
    expect((await dir.ask()).variables).toEqual({});
    expect((await dir.ask({ SHELL: "shell" })).variables).toEqual({});
    expect((await dir.ask({ SHELL: `${dir.path}/../${dir.path}/shell` })).variables).toEqual({});
  });

  test.each<[string, string, object, RegExp]>([
    ["fails", "exit 3", {}, /shell ended with 3$/],
    ["does not end", "sleep 30", { timeoutMs: 50 }, /shell did not end within 50 ms$/],
    ["does not stop", "yes", {}, /shell said more than 2097152 bytes$/],
  ])("goes on without a shell that %s", async (_what, script, settings, problem) => {
    await using dir = await machine(script);
    const found = await dir.ask({}, { enabled: true, ...settings });
    expect(found).toEqual({ variables: {}, problem: expect.stringMatching(problem) as string });
  });

  test("waits as long as the variable says rather than the file", async () => {
    await using dir = await machine("sleep 30");
    const found = await dir.ask(
      { OPENCLAW_SHELL_ENV_TIMEOUT_MS: "40" },
      { enabled: true, timeoutMs: 60_000 },
    );
    expect(found.problem).toContain("within 40 ms");
  });
});
