import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { changedFiles, type DiagnosisJson, filesBelow } from "@openclaw/cli/testing";
import { FINDINGS } from "@openclaw/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { freePort, root } from "../support/gateway-process.ts";
import { ManagedUser, whyNoUserManager } from "../support/user-manager.ts";

const UNIT = "openclaw-gateway.service";
const TOKEN = "a-token-for-the-service-0123456789abcdef";
const INSTALL = "openclaw gateway install --force";
const obstacle = whyNoUserManager();
const title = `what the doctor says of a unit that drifted${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;

/** One way in which a unit is not what it should be. */
interface Row {
  readonly code: keyof typeof FINDINGS;
  /** What somebody does to the unit's text. */
  readonly edit: (text: string) => string;
  readonly text: string;
  /** @default installing again */
  readonly fix?: string;
  /** Other codes that the same brings along. */
  readonly besides?: readonly string[];
  /** Programs of the system that this machine lacks, while the doctor looks and the fix is typed. */
  readonly lacks?: readonly string[];
  /** What a person does of a fix that begins with words: that program is there from then on. */
  readonly comes?: string;
  /** systemd has not read the new text yet. */
  readonly isUnread?: true;
}

const variable = (assignment: string) => (text: string) =>
  text.replace("[Install]", `Environment=${assignment}\n\n[Install]`);
const program = (path: string) => (text: string) => text.replace(/^ExecStart=\S+/m, `ExecStart=${path}`);
const entry = (path: string) => (text: string) =>
  text.replace(/^(ExecStart=\S+) \S+ gateway/m, `$1 ${path} gateway`);
const line = (from: RegExp, to: string) => (text: string) => text.replace(from, to);

/** Paths below the user's home, made before the first test. */
const NVM_NODE = ".nvm/versions/node/v20/bin/node";
const BUN = ".bun/bin/bun";
const OTHER_ENTRY = "other/openclaw";

const rows = (home: string): readonly Row[] => [
  {
    code: "gateway-command-missing",
    edit: line(/ gateway --port/, " nothing --port"),
    text: "Service command does not run the gateway",
  },
  {
    code: "gateway-runtime-missing",
    edit: program("/gone/node"),
    text: "Node.js of the service is gone: /gone/node",
  },
  {
    code: "gateway-entrypoint-missing",
    edit: entry("/gone/openclaw"),
    text: "The program of the service is gone: /gone/openclaw",
    besides: ["gateway-entrypoint-mismatch"],
  },
  {
    code: "gateway-entrypoint-mismatch",
    edit: entry(join(home, OTHER_ENTRY)),
    text: `another installation than this command. (${join(home, OTHER_ENTRY)} -> `,
  },
  {
    code: "gateway-port-mismatch",
    edit: line(/--port \d+/, "--port 1234"),
    text: "another port than the configuration says. (1234 -> ",
  },
  {
    code: "gateway-config-mismatch",
    edit: variable(`OPENCLAW_CONFIG_PATH=${home}/other.json`),
    text: "reads another configuration than this command.",
  },
  {
    code: "gateway-token-mismatch",
    edit: variable("OPENCLAW_GATEWAY_TOKEN=s3cret-of-old"),
    text: "service token is stale",
    besides: ["gateway-token-embedded"],
  },
  {
    code: "gateway-token-embedded",
    edit: variable(`OPENCLAW_GATEWAY_TOKEN=${TOKEN}`),
    text: "holds a secret (OPENCLAW_GATEWAY_TOKEN)",
  },
  {
    code: "gateway-password-embedded",
    edit: variable("OPENCLAW_GATEWAY_PASSWORD=s3cret-of-old"),
    text: "holds a secret (OPENCLAW_GATEWAY_PASSWORD)",
  },
  { code: "gateway-path-missing", edit: line(/^Environment=PATH=.*\n/m, ""), text: "PATH is not set" },
  {
    code: "gateway-path-missing-dirs",
    edit: line(/:\/usr\/bin:/, ":"),
    text: "PATH missing required dirs: /usr/bin",
  },
  {
    code: "gateway-path-nonminimal",
    edit: line(/PATH=/, "PATH=/srv/you/.nvm/versions/node/v22/bin:"),
    text: "recommend a minimal PATH. (/srv/you/.nvm/versions/node/v22/bin)",
  },
  { code: "gateway-runtime-bun", edit: program(join(home, BUN)), text: "runs on Bun" },
  {
    code: "gateway-runtime-node-version-manager",
    edit: program(join(home, NVM_NODE)),
    text: "uses Node from a version manager",
  },
  {
    code: "gateway-runtime-node-system-missing",
    edit: program(join(home, NVM_NODE)),
    text: "There is no Node.js of the system to move the service to.",
    fix: `install Node.js for the whole machine, then: ${INSTALL}`,
    besides: ["gateway-runtime-node-version-manager"],
    lacks: ["/usr/bin/node", "/usr/local/bin/node"],
    comes: "install Node.js for the whole machine, then: ",
  },
  {
    code: "gateway-version-mismatch",
    edit: line(/OPENCLAW_SERVICE_VERSION=\S+/, "OPENCLAW_SERVICE_VERSION=2026.1.0"),
    text: "installed by another release. (2026.1.0 -> ",
  },
  {
    code: "systemd-after-network-online",
    edit: line(/^After=.*\n/m, ""),
    text: "Missing systemd After=network-online.target",
  },
  {
    code: "systemd-wants-network-online",
    edit: line(/^Wants=.*\n/m, ""),
    text: "Missing systemd Wants=network-online.target",
  },
  {
    code: "systemd-restart-sec",
    edit: line(/^RestartSec=.*/m, "RestartSec=77"),
    text: "RestartSec does not match",
  },
  {
    code: "systemd-stop-timeout",
    edit: line(/^TimeoutStopSec=.*/m, "TimeoutStopSec=2"),
    text: "TimeoutStopSec=2 is less than the ",
  },
  {
    code: "systemd-kill-mode-process-or-none",
    edit: line(/^KillMode=.*/m, "KillMode=process"),
    text: "KillMode=process leaves processes of the gateway behind.",
  },
  {
    code: "systemd-kill-mode-control-group",
    edit: line(/^KillMode=.*\n/m, ""),
    text: "KillMode=control-group kills what the gateway runs",
  },
  {
    code: "systemd-exit-78-restarts",
    edit: line(/^RestartPreventExitStatus=.*\n/m, ""),
    text: "is tried again and again",
  },
  {
    code: "systemd-watchdog-off",
    edit: (text) => text.replace("Type=notify", "Type=exec").replace(/^(Notify|Watchdog).*\n/gm, ""),
    text: "does not notice when the gateway's event loop stands still",
  },
  {
    code: "systemd-notify-missing",
    edit: (text) => text,
    text: "The unit waits for systemd-notify, which this machine lacks.",
    lacks: ["/usr/bin/systemd-notify"],
  },
  {
    code: "systemd-reload-needed",
    edit: (text) => `# of my own\n${text}`,
    text: "systemd still goes by an older text of the unit.",
    fix: "systemctl --user daemon-reload",
    isUnread: true,
  },
];

describe.skipIf(obstacle !== undefined)(title, () => {
  let user: ManagedUser;
  let unit: string;
  let installed: string;

  beforeAll(async () => {
    user = await ManagedUser.create();
    unit = join(user.home, ".config/systemd/user", UNIT);
    const config = {
      gateway: { mode: "local", port: await freePort(), auth: { mode: "token", token: TOKEN } },
    };
    await mkdir(join(user.home, ".openclaw"), { mode: 0o700 });
    await writeFile(join(user.home, ".openclaw/openclaw.json"), JSON.stringify(config), { mode: 0o600 });
    for (const path of [NVM_NODE, BUN]) {
      await mkdir(dirname(join(user.home, path)), { recursive: true });
      await symlink(process.execPath, join(user.home, path));
    }
    await mkdir(join(user.home, "other"));
    await symlink(join(root, "node_modules/.bin/openclaw"), join(user.home, OTHER_ENTRY));
    expect(await type(INSTALL)).toMatchObject({ code: 0, stderr: "" });
    installed = await readFile(unit, "utf8");
  }, 60_000);
  afterAll(() => user?.[Symbol.asyncDispose]());

  /** Types a line where some programs of the system are not there. */
  const type = (typed: string, lacking: readonly string[] = []) => {
    const hidden = lacking.map((path) => `if [ -e ${path} ]; then mount --bind /dev/null ${path}; fi`);
    // The command itself runs with a Node.js that nobody can take away.
    const own = `mkdir -p $TMPDIR/bin; touch $TMPDIR/bin/node; mount --bind ${process.execPath} $TMPDIR/bin/node`;
    const keeps = lacking.some((path) => path.endsWith("/node")) ? [own, "PATH=$TMPDIR/bin:$PATH"] : [];
    const path = `PATH=${join(root, "node_modules/.bin")}:${dirname(process.execPath)}:$PATH`;
    return user.run("unshare", "-m", "sh", "-c", [path, ...keeps, ...hidden, typed].join("\n"));
  };
  const diagnose = async (lacking?: readonly string[]) => {
    const { stdout } = await type("openclaw doctor --json", lacking);
    return (JSON.parse(stdout) as DiagnosisJson).findings;
  };
  const files = async () => {
    const found = await filesBelow(user.home);
    return new Map(
      [...found].filter(([path]) => !/^\.openclaw\/((.*\.)?gateway\.|logs|identity|crash)/.test(path)),
    );
  };

  test("finds nothing about what install has just written", async () => {
    expect(await diagnose()).toEqual([]);
  });

  test.each(Object.keys(FINDINGS))(
    "%s: told, and gone when the printed fix is typed, with nothing else changed",
    { timeout: 60_000 },
    async (code) => {
      const row = rows(user.home).find((each) => each.code === code);
      const {
        edit,
        text,
        fix = INSTALL,
        besides = [],
        lacks = [],
        comes = "",
        isUnread,
      } = row ?? missing(code);
      await writeFile(unit, edit(installed));
      if (isUnread !== true) await user.systemctl("daemon-reload");
      const broken = await files();

      const findings = await diagnose(lacks);
      const found = findings.find((each) => each.code === code);
      expect(findings.map((each) => each.code).sort()).toEqual([code, ...besides].sort());
      expect(found).toMatchObject({ fix, severity: FINDINGS[code as keyof typeof FINDINGS] });
      expect(found?.text).toContain(text);
      expect(JSON.stringify(findings)).not.toMatch(/s3cret-of-old|a-token-for/);
      expect(changedFiles(broken, await files())).toEqual([]);

      const stillLacking = comes === "" ? lacks : [];
      expect(await type((found?.fix ?? "").slice(comes.length), stillLacking)).toMatchObject({ code: 0 });
      expect((await diagnose(stillLacking)).map((each) => each.code)).not.toContain(code);
      const changed = changedFiles(broken, await files());
      expect(changed.filter((path) => !path.startsWith(`.config/systemd/user/${UNIT}`))).toEqual([]);
      // With all that a machine can have, the unit is again the one that was installed.
      if (fix === INSTALL && lacks.length === 0) expect(await readFile(unit, "utf8")).toBe(installed);
    },
  );

  test("service-disabled: told, and gone when the printed fix is typed", { timeout: 60_000 }, async () => {
    await writeFile(unit, installed);
    await user.systemctl("daemon-reload");
    expect(await user.systemctl("disable", UNIT)).toMatchObject({ code: 0 });
    const [found, ...others] = await diagnose();
    expect([found?.code, others]).toEqual(["service-disabled", []]);
    expect(await type(found?.fix ?? "")).toMatchObject({ code: 0 });
    expect(await diagnose()).toEqual([]);
    expect(await user.property(UNIT, "UnitFileState")).toBe("enabled");
  });

  test.each([
    ["service-legacy", "clawdbot-gateway.service", "clawdbot"],
    ["service-other", "my-openclaw.service", "openclaw"],
  ])(
    "%s: runs no more and is gone when the printed fix is typed",
    { timeout: 60_000 },
    async (code, name, program) => {
      const path = join(unit, "..", name);
      const service = `ExecStart=/bin/sh -c 'exec sleep 600 # ${program}'`;
      await writeFile(path, `[Service]\n${service}\n[Install]\nWantedBy=default.target\n`);
      await user.systemctl("daemon-reload");
      expect(await user.systemctl("enable", "--now", name)).toMatchObject({ code: 0 });
      const before = await files();
      const [found, ...others] = await diagnose();
      expect([found?.code, others]).toEqual([code, []]);
      expect(await type(found?.fix ?? "")).toMatchObject({ code: 0 });
      expect(await diagnose()).toEqual([]);
      expect(await user.property(name, "ActiveState")).not.toBe("active");
      const changed = changedFiles(before, await files());
      expect(changed.filter((file) => !file.endsWith(name) && !file.endsWith(".wants"))).toEqual([]);
    },
  );
});

function missing(code: string): never {
  throw new Error(`no row breaks a unit so that it has ${code}`);
}
