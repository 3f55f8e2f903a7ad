import { execFile, spawnSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, test } from "vitest";

import { createTestHome } from "../testing/command-line.ts";

/** How each shell is asked what it would offer after some words; the last one is being typed. */
const ASK: Readonly<Record<string, (script: string, words: readonly string[]) => readonly string[]>> = {
  bash: (script, words) => [
    ...["--norc", "-c"],
    `source '${script}'; COMP_WORDS=(openclaw ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _openclaw; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  zsh: (script, words) => [
    ...["-f", "-c"],
    // Its editor does not run here: what would be offered is printed instead.
    `source '${script}'; _describe() { print -rl -- \${(P)@[-1]} }; _files() { :; }; words=(openclaw ${words.map((word) => `'${word}'`).join(" ")}); CURRENT=${words.length + 1}; _openclaw`,
  ],
  fish: (script, words) => [
    "--no-config",
    "-c",
    `source '${script}'; complete -C 'openclaw ${words.join(" ")}'`,
  ],
};

const isThere = (shell: string) => spawnSync(shell, ["--version"]).status === 0;

describe("the script of a shell", () => {
  const shells = Object.keys(ASK).map((shell) => ({ shell, isSkipped: !isThere(shell) }));
  for (const { shell, isSkipped } of shells)
    test.skipIf(isSkipped)(
      `completes our words in ${shell}${isSkipped ? " (skipped: not installed)" : ""}`,
      async () => {
        await using home = await createTestHome();
        const script = join(home.home, "script");
        await writeFile(script, (await home.openclaw(["completion", "--shell", shell])).stdout);
        const offered = async (...words: string[]) => {
          const { stdout } = await promisify(execFile)(shell, [...(ASK[shell]?.(script, words) ?? [])], {
            env: { HOME: home.home, PATH: process.env["PATH"] ?? "" },
          });
          const typed = words.at(-1) ?? "";
          const first = stdout.split("\n").map((line) => line.split(/[:\t]/)[0] ?? "");
          return first.filter((word) => word !== "" && word.startsWith(typed));
        };
        expect(await offered("gatew")).toEqual(["gateway"]);
        expect((await offered("--profile", "work", "gateway", "st")).sort()).toEqual([
          "start",
          "status",
          "stop",
        ]);
        expect(await offered("config", "unset", "--dry")).toEqual(["--dry-run"]);
        expect(await offered("approvals", "allowlist", "")).toEqual(
          expect.arrayContaining(["add", "remove"]),
        );
        expect(await offered("--pro")).toEqual(["--profile"]);
        expect(await offered("nothing-such", "gateway", "instal")).toEqual(["install"]);
      },
    );
});

describe("completion", () => {
  test("knows each command and option that help knows, whichever the shell", async () => {
    await using home = await createTestHome();
    const help = (await home.openclaw(["--help", "--json"])).stdout;
    const words = [...help.matchAll(/"name": "openclaw ([^"]+)"|--[a-z][a-z-]+/g)].map(
      ([flag, name]) => name?.split(" ").at(-1) ?? flag,
    );
    for (const shell of ["zsh", "bash", "powershell", "fish"]) {
      const { stdout } = await home.openclaw(["completion", "-s", shell]);
      const missing = words.filter(
        (word) => !stdout.includes(shell === "fish" ? word.replace("--", "-l ") : word),
      );
      expect(missing).toEqual([]);
    }
  });

  test("is for zsh when nothing is said, and names the shells it knows", async () => {
    await using home = await createTestHome();
    expect((await home.openclaw(["completion"])).stdout).toMatch(/^#compdef openclaw\n/);
    expect(await home.openclaw(["completion", "-s", "tcsh"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining('Unsupported shell "tcsh": use zsh, bash, powershell, fish') as string,
    });
  });

  test("--write-state writes one file a shell below the state folder, for its owner, and prints nothing", async () => {
    await using home = await createTestHome();
    expect(await home.openclaw(["completion", "--write-state"])).toEqual({ code: 0, stdout: "", stderr: "" });
    const folder = join(home.home, ".openclaw/completions");
    for (const name of ["openclaw.zsh", "openclaw.bash", "openclaw.ps1", "openclaw.fish"]) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
    const script = (await home.openclaw(["completion", "-s", "bash"])).stdout;
    expect(await readFile(join(folder, "openclaw.bash"), "utf8")).toBe(script);
  });

  test("--install adds one line, once, and leaves the rest of the file alone", async () => {
    await using home = await createTestHome();
    const profile = join(home.home, ".bashrc");
    await writeFile(profile, "alias ll='ls -l'");
    const line = `source ${home.home}/.openclaw/completions/openclaw.bash`;
    const { code, stdout } = await home.openclaw(["completion", "-s", "bash", "--install", "--yes"]);
    expect([code, stdout.split("\n")[0]]).toEqual([0, `Added to ${profile}: ${line}`]);
    expect(await readFile(profile, "utf8")).toBe(`alias ll='ls -l'\n${line}\n`);
    const again = await home.openclaw(["completion", "-s", "bash", "--install", "--yes", "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ shell: "bash", profile, line, isNew: false });
    expect(await readFile(profile, "utf8")).toBe(`alias ll='ls -l'\n${line}\n`);
  });

  test("--install asks first: a no changes nothing, and where nobody can answer it names the flag", async () => {
    await using home = await createTestHome();
    const words = ["completion", "-s", "fish", "--install"];
    await home.openclaw(words, { stdinIsTerminal: true, answers: ["n"] });
    const unasked = await home.openclaw(words);
    expect(unasked).toMatchObject({ code: 1, stderr: expect.stringContaining("add --yes") as string });
    await expect(stat(join(home.home, ".config"))).rejects.toThrow("ENOENT");
    await expect(stat(join(home.home, ".openclaw"))).rejects.toThrow("ENOENT");
    await home.openclaw(words, { stdinIsTerminal: true, answers: [""] });
    expect(await readFile(join(home.home, ".config/fish/config.fish"), "utf8")).toMatch(
      /^source .*openclaw\.fish\n$/,
    );
  });
});
