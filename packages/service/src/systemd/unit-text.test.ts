import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ServiceError } from "../errors.ts";
import { serviceEnvironment } from "../program/service-environment.ts";
import { serviceNames } from "../service-names.ts";
import type { ServiceDefinition } from "../supervisor.ts";
import { parseUnit } from "./parse-unit.ts";
import { renderUnit } from "./render-unit.ts";
import { splitWords } from "./split-words.ts";

function definitionFor(env: Record<string, string>): ServiceDefinition {
  const names = serviceNames(env, "2026.11.0");
  const options = { env, home: "/srv/me", tmpDir: "/tmp", port: 18_789, names, version: "2026.11.0" };
  return {
    description: names.description,
    program: ["/usr/bin/node", "/usr/local/bin/openclaw", "gateway", "--port", "18789"],
    environment: serviceEnvironment(options),
    stopTimeoutSec: 30,
  };
}

const DEFAULT_UNIT = `[Unit]
Description=OpenClaw Gateway (v2026.11.0)
After=network-online.target
Wants=network-online.target
StartLimitBurst=10
StartLimitIntervalSec=300

[Service]
Type=notify
NotifyAccess=all
WatchdogSec=60
WatchdogSignal=SIGKILL
ExecStart=/usr/bin/node /usr/local/bin/openclaw gateway --port 18789
ExecStopPost=-/bin/sh -c 'echo "$$SERVICE_RESULT $$EXIT_CODE $$EXIT_STATUS" > "%t/%n.result"'
Restart=always
RestartSec=5
RestartPreventExitStatus=78
SuccessExitStatus=0 143
TimeoutStartSec=30
TimeoutStopSec=30
KillMode=mixed
OOMPolicy=continue
Environment=HOME=/srv/me
Environment=TMPDIR=/tmp
Environment=PATH=/srv/me/.local/bin:/srv/me/.npm-global/bin:/srv/me/bin:/srv/me/.volta/bin:/srv/me/.asdf/shims:/srv/me/.bun/bin:/srv/me/.nvm/current/bin:/srv/me/.fnm/current/bin:/srv/me/.local/share/pnpm:/usr/local/bin:/usr/bin:/bin
Environment=OPENCLAW_GATEWAY_PORT=18789
Environment=OPENCLAW_SYSTEMD_UNIT=openclaw-gateway.service
Environment=OPENCLAW_SERVICE_MARKER=openclaw
Environment=OPENCLAW_SERVICE_KIND=gateway
Environment=OPENCLAW_SERVICE_VERSION=2026.11.0

[Install]
WantedBy=default.target
`;

describe("renderUnit", () => {
  test("writes the unit of the default profile", () => {
    expect(renderUnit(definitionFor({}), { canNotify: true })).toBe(DEFAULT_UNIT);
  });

  test("names profile, state and configuration of a profile", () => {
    const env = {
      OPENCLAW_PROFILE: "rescue",
      OPENCLAW_STATE_DIR: "/srv/me/.openclaw-rescue",
      OPENCLAW_CONFIG_PATH: "/srv/me/.openclaw-rescue/openclaw.json",
    };
    const text = renderUnit(definitionFor(env), { canNotify: true });
    expect(text).toContain("Description=OpenClaw Gateway (profile: rescue, v2026.11.0)\n");
    expect(text).toContain(
      "Environment=OPENCLAW_PROFILE=rescue\n" +
        "Environment=OPENCLAW_STATE_DIR=/srv/me/.openclaw-rescue\n" +
        "Environment=OPENCLAW_CONFIG_PATH=/srv/me/.openclaw-rescue/openclaw.json\n",
    );
    expect(text).toContain("Environment=OPENCLAW_SYSTEMD_UNIT=openclaw-gateway-rescue.service\n");
  });

  test("asks for no notification on a machine without systemd-notify", () => {
    const text = renderUnit(definitionFor({}), { canNotify: false });
    expect(text).toContain("[Service]\nType=exec\nExecStart=");
    expect(text).not.toMatch(/Notify|Watchdog/);
  });

  test("T-LOG-06 writes no secret of the environment into the unit", () => {
    const secrets = {
      OPENCLAW_GATEWAY_TOKEN: "secret-token-1",
      OPENCLAW_GATEWAY_PASSWORD: "secret-token-2",
      OPENAI_API_KEY: "secret-token-3",
    };
    expect(renderUnit(definitionFor(secrets), { canNotify: true })).not.toContain("secret-token");
  });

  test.each(["\n", "\r", "\r\nExecStartPre=/bin/evil", "\u0000", "\u001b"])(
    "T-SVC-03 refuses a control character wherever it comes in: %j",
    (evil) => {
      const plain = definitionFor({});
      const broken: ServiceDefinition[] = [
        { ...plain, description: `a${evil}b` },
        { ...plain, program: ["/usr/bin/node", `a${evil}b`] },
        { ...plain, workingDirectory: `/tmp/a${evil}b` },
        { ...plain, environment: { NAME: `a${evil}b` } },
        { ...plain, environment: { [`NAME${evil}`]: "b" } },
      ];
      for (const definition of broken) {
        expect(() => renderUnit(definition, { canNotify: true })).toThrow(ServiceError);
      }
    },
  );
});

/** Anything that can be an argument: no control characters, with a liking for what systemd treats specially. */
const word = fc
  .array(fc.oneof(fc.constantFrom(..." \"'\\%$;#=~*{}-@:+!nts"), fc.string({ maxLength: 3 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""))
  // eslint-disable-next-line no-control-regex
  .filter((text) => !/[\u0000-\u001f\u007f]/.test(text));

describe("parseUnit", () => {
  test("T-SVC-03 reads back exactly what was written, whatever the values are", () => {
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 5 }),
        fc.dictionary(fc.stringMatching(/^[A-Z_]{1,9}$/), word),
        (args, environment) => {
          const text = renderUnit(
            { description: "d", program: ["/usr/bin/node", ...args], environment, stopTimeoutSec: 30 },
            { canNotify: true },
          );
          const read = parseUnit(text);
          expect(read.program).toEqual(["/usr/bin/node", ...args]);
          expect({ ...read.environment }).toEqual({ ...environment });
        },
      ),
      { seed: 6, numRuns: 500 },
    );
  });

  test("reads what people write: comments, continued lines, several assignments, emptied lists", () => {
    const read = parseUnit(
      [
        "# by hand",
        "; this too",
        "[Service]",
        "ExecStart=/old/node",
        "ExecStart=",
        String.raw`ExecStart=-/usr/bin/node "/opt/my app/x.js" \ `.trimEnd(),
        "  gateway --port 20420",
        "Environment=A=gone",
        "Environment=",
        `Environment="KEY=va lue" B=2 'C=it is'`,
        "WorkingDirectory=/srv/a b",
        "[Install]",
        "ExecStart=/not/this",
      ].join("\r\n"),
    );
    expect(read.program).toEqual(["/usr/bin/node", "/opt/my app/x.js", "gateway", "--port", "20420"]);
    expect({ ...read.environment }).toEqual({ KEY: "va lue", B: "2", C: "it is" });
    expect(read.workingDirectory).toBe("/srv/a b");
  });

  test("understands the escapes of systemd", () => {
    expect(splitWords(String.raw`a\sb "c\"d" e\x20f 'g\'h' "" i\\`)).toEqual([
      "a b",
      'c"d',
      "e f",
      "g'h",
      "",
      "i\\",
    ]);
  });

  test("reads any text without an error", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 400, unit: fc.constantFrom(..."[]=\\\"' \n#ExecStart") }),
        (text) => {
          expect(Array.isArray(parseUnit(text).program)).toBe(true);
        },
      ),
      { seed: 6 },
    );
  });
});
