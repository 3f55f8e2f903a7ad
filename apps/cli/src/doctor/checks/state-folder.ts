import { chmod, lstat, mkdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { CommandContext } from "../../context.ts";
import type { Examination } from "../examination.ts";
import { finding, type Finding, type FindingCode } from "../finding.ts";
import { quoted } from "../shell.ts";

const TITLE = "State integrity";
const OLD_NAMES = [".clawdbot", ".moldbot", ".moltbot"] as const;

/** Folders and files that still have the name of an older release. */
export async function checkNames({ context }: Examination): Promise<readonly Finding[]> {
  const { paths } = context;
  const current = join(paths.home, ".openclaw");
  const hasOldName = OLD_NAMES.some((name) => paths.stateDir === join(paths.home, name));
  const configName = basename(paths.configPath);
  const isOldConfig =
    dirname(paths.configPath) === paths.stateDir && /^(clawd|mold|molt)bot\.json$/.test(configName);
  return [
    ...(hasOldName && !paths.isStateExplicit
      ? [renamed("state-folder-old-name", paths.stateDir, current)]
      : []),
    ...(isOldConfig
      ? [renamed("config-old-name", paths.configPath, join(paths.stateDir, "openclaw.json"))]
      : []),
    ...(await otherFolders(context)),
  ];
}

function renamed(code: FindingCode, from: string, to: string): Finding {
  return finding(code, {
    title: "Doctor warnings",
    text: `${from} has the name of an older release; the gateway uses it. Stop the gateway before you rename it.`,
    fix: `mv ${quoted(from)} ${quoted(to)}`,
  });
}

async function otherFolders({ paths }: CommandContext): Promise<readonly Finding[]> {
  if (paths.isStateExplicit) return [];
  const others = OLD_NAMES.map((name) => join(paths.home, name)).filter((path) => path !== paths.stateDir);
  const found = await Promise.all(others.map((path) => isFolder(path)));
  return others
    .filter((_path, index) => found[index] === true)
    .map((path) =>
      finding("state-folders-several", {
        title: TITLE,
        text: `${path} is there beside ${paths.stateDir}: what is in it is not used.`,
        fix: `mv ${quoted(path)} ${quoted(`${path}.old`)}`,
      }),
    );
}

/** The state folder: there, ours, usable, closed to others. */
export async function checkFolder({ context }: Examination): Promise<readonly Finding[]> {
  const { paths, io } = context;
  const { stateDir } = paths;
  const found = await stat(stateDir).catch(() => undefined);
  if (found === undefined)
    return [
      finding("state-folder-missing", {
        title: TITLE,
        text: `State folder missing (${stateDir}): sessions, devices and approvals cannot be kept.`,
        fix: `mkdir -p -m 700 ${quoted(stateDir)}`,
        repair: {
          kind: "confirm",
          question: `Create ${stateDir} now?`,
          perform: async () => {
            await mkdir(stateDir, { recursive: true, mode: OWNER_FOLDER });
            return [`Created ${stateDir}`];
          },
        },
      }),
    ];
  const { uid } = io.machine;
  if (uid !== undefined && found.uid !== uid)
    return [
      finding("state-folder-foreign", {
        title: TITLE,
        text: `State folder ${stateDir} belongs to user ${found.uid}, not to ${uid}.`,
        fix: `${uid === 0 ? "" : "sudo "}chown -R ${uid} ${quoted(stateDir)}`,
      }),
    ];
  if ((found.mode & OWNER_FOLDER) !== OWNER_FOLDER)
    return [
      mode("state-folder-unusable", {
        path: stateDir,
        wanted: OWNER_FOLDER,
        what: "cannot be used by its own owner",
      }),
    ];
  return (found.mode & OTHERS) === 0
    ? []
    : [
        mode("state-folder-exposed", {
          path: stateDir,
          wanted: OWNER_FOLDER,
          what: "is open to other users",
        }),
      ];
}

/** Files with secrets in them, which nobody else may read (T-CFG-08). */
export async function checkFiles({ context }: Examination): Promise<readonly Finding[]> {
  const { paths } = context;
  const secrets = [
    paths.stateEnvPath,
    paths.storePath,
    `${paths.storePath}-wal`,
    join(paths.identityDir, "device.json"),
    join(paths.identityDir, "device-auth.json"),
    `${paths.configPath}.bak`,
    paths.auditPath,
  ];
  const files: readonly (readonly [FindingCode, string, number])[] = [
    ["config-exposed", paths.configPath, OWNER_FILE],
    ...secrets.map((path) => ["secret-exposed", path, OWNER_FILE] as const),
    ["secret-exposed", paths.credentialsDir, OWNER_FOLDER],
    ["secret-exposed", paths.identityDir, OWNER_FOLDER],
  ];
  const found = await Promise.all(
    files.map(async ([code, path, wanted]) =>
      (await isExposed(context, path))
        ? [mode(code, { path, wanted, what: "can be read by other users" })]
        : [],
    ),
  );
  return found.flat();
}

const OWNER_FOLDER = 0o700;
const OWNER_FILE = 0o600;
const OTHERS = 0o077;

// What somebody else owns, such as a mounted configuration, is not ours to close; a link has no mode of its own.
async function isExposed({ io }: CommandContext, path: string): Promise<boolean> {
  const { uid } = io.machine;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && (uid === undefined || found.uid === uid) && (found.mode & OTHERS) !== 0;
}

interface WrongMode {
  readonly path: string;
  readonly wanted: number;
  /** What is wrong, after the path. */
  readonly what: string;
}

function mode(code: FindingCode, { path, wanted, what }: WrongMode): Finding {
  const digits = wanted.toString(8);
  return finding(code, {
    title: TITLE,
    text: `${path} ${what}; it should have mode ${digits}.`,
    fix: `chmod ${digits} ${quoted(path)}`,
    repair: {
      kind: "confirm",
      question: `Set ${path} to ${digits}?`,
      perform: async () => {
        await chmod(path, wanted);
        return [`Set ${path} to ${digits}`];
      },
    },
  });
}

async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
