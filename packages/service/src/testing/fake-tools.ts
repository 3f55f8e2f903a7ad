import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a tool answers one of its verbs. */
export interface FakeAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
}

/** A folder of programs that stand for the system's: each writes down how it was called and answers as it is told. */
export interface FakeTools extends AsyncDisposable {
  readonly folder: string;
  /** Puts a tool there, with its answers by verb; other verbs succeed without a word. */
  add(name: string, answers?: Readonly<Record<string, FakeAnswer>>): Promise<void>;
  /** Calls so far, e.g. `systemctl --user enable x.service`. */
  calls(): Promise<readonly string[]>;
  /** The environment of the last call. */
  environment(): Promise<readonly string[]>;
}

// The verb is the first word that is no flag.
const SCRIPT = `#!/bin/sh
dir="\${0%/*}"; tool="\${0##*/}"
echo "$tool $*" >> "$dir/calls.log"
/usr/bin/env > "$dir/environment.log"
for word in "$@"; do case "$word" in -*) ;; *) verb="$word"; break ;; esac; done
answer="$dir/$tool.$verb"
if [ -f "$answer.out" ]; then /bin/cat "$answer.out"; fi
if [ -f "$answer.err" ]; then /bin/cat "$answer.err" >&2; fi
if [ -f "$answer.code" ]; then read -r code < "$answer.code"; exit "$code"; fi
`;

/** Makes an empty folder of tools; removed when the test is over. */
export async function fakeTools(): Promise<FakeTools> {
  const folder = await mkdtemp(join(tmpdir(), "openclaw-tools-"));
  const linesOf = async (name: string) => {
    const text = await readFile(join(folder, name), "utf8").catch(() => "");
    return text.split("\n").filter(Boolean);
  };
  return {
    folder,
    add: async (name, answers = {}) => {
      await writeFile(join(folder, name), SCRIPT);
      await chmod(join(folder, name), 0o755);
      for (const [verb, { stdout = "", stderr = "", code = 0 }] of Object.entries(answers)) {
        const path = join(folder, `${name}.${verb}`);
        await writeFile(`${path}.out`, stdout);
        await writeFile(`${path}.err`, stderr);
        await writeFile(`${path}.code`, `${code}\n`);
      }
    },
    calls: () => linesOf("calls.log"),
    environment: () => linesOf("environment.log"),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
