// What clients ask for, and what must become of the files when it is answered.
import { runInNewContext } from "node:vm";
import { contentOf, isRunnable, makeText } from "./texts.mjs";

/**
 * @typedef {object} Call
 * @property {string} method
 * @property {object} params without base hash
 * @property {"main" | "ui"} [file] the one file that it may change; none when it must be refused
 * @property {(bytes: Buffer) => import("./texts.mjs").Content | undefined} [matches] whether these bytes are the new text
 * @property {import("./texts.mjs").Content} [wanted] the new text, where it is known to the byte
 * @property {boolean} [mustWork]
 */

const beat = (text, n) => text.replace(/(every: ")\d+s/, `$1${n}s`);
const name = (text, n) => text.replace(/(name: ")\w+/, `$1n${n}`);
const patch = (value) => ({ method: "config.patch", params: { raw: JSON.stringify(value) } });
const exactly = (file, wanted) => ({
  file,
  wanted,
  matches: (bytes) => (bytes.equals(wanted.bytes) ? wanted : undefined),
});
const REFUSED = {};

const TABLE = {
  beat: ({ files, n }) => ({
    ...patch({ agents: { defaults: { heartbeat: { every: `${n}s` } } } }),
    ...(isRunnable(files) &&
      exactly("main", contentOf(beat(String(files.main.bytes), n), { ...files.main, n }))),
    mustWork: isRunnable(files),
  }),
  add: ({ files, n }) => merge(files, { skills: { [`k${n}`]: { v: [n, "x"] } } }),
  change: ({ files, n }) => merge(files, { skills: { a: `now ${n}`, e: { g: null } } }),
  remove: ({ files }) => merge(files, { skills: { a: null, nobody: null } }),
  included: ({ files, n }) => {
    const file = files.main.includes ? "ui" : "main";
    const wanted = contentOf(name(String(files[file].bytes), n), files[file]);
    return {
      ...patch({ ui: { assistant: { name: `n${n}` } } }),
      ...(isRunnable(files) && exactly(file, wanted)),
      mustWork: isRunnable(files),
    };
  },
  shown: ({ files, n, shown }) =>
    shown.raw === null
      ? undefined
      : {
          method: "config.set",
          params: { raw: beat(shown.raw, n) },
          ...exactly("main", contentOf(beat(String(files.main.bytes), n), { ...files.main, n })),
          mustWork: isRunnable(files),
        },
  set: (context) => whole("config.set", context),
  apply: (context) => whole("config.apply", context),
  prototype: () => ({
    method: "config.patch",
    params: { raw: '{"skills":{"__proto__":{"polluted":1}}}' },
    ...REFUSED,
  }),
  stale: ({ n }) => ({
    method: "config.patch",
    params: { raw: JSON.stringify({ skills: { stale: n } }), baseHash: "0".repeat(64) },
    // Without a file there is none to be stale against.
    ...REFUSED,
  }),
  twoFiles: ({ files, n }) =>
    files.main.includes ? patch({ skills: { two: n }, ui: { assistant: { name: `two${n}` } } }) : undefined,
  include: () => patch({ talk: { $include: "./parts/ui.json5" } }),
  // What an edit has broken already, a wipe may repair.
  wipe: ({ files, isRaced }) =>
    isRunnable(files) && !isRaced
      ? { method: "config.set", params: { raw: '{ gateway: { mode: "local" } }' } }
      : undefined,
};

/** Names of calls, by how often they are made. */
export const CALLS = [
  ...[
    "beat",
    "beat",
    "beat",
    "add",
    "add",
    "change",
    "remove",
    "included",
    "included",
    "shown",
    "set",
    "set",
  ],
  ...["apply", "prototype", "stale", "twoFiles", "include", "wipe"],
];

/** Calls that change a good file. */
export const WRITES = ["beat", "add", "included", "set"];

/**
 * One call; undefined when it makes no sense with the files as they are.
 * @returns {Call | undefined}
 */
export function makeCall({ call, text }, context) {
  return TABLE[call]({ ...context, text });
}

/** Faults that are no text cannot be sent, and what is too long is cut off by the socket. */
const UNSENDABLE = new Set(["binary", "zeros", "utf16", "huge"]);

function whole(method, { files, n, text, place }) {
  if (UNSENDABLE.has(text.fault)) return undefined;
  const wanted = makeText("main", text, { n, place });
  const call = { method, params: { raw: String(wanted.bytes), force: true }, isWhole: true };
  if (!wanted.isGood) return call;
  const isReadable = files.main.bytes === undefined || isText(files.main.bytes);
  return {
    ...call,
    ...exactly("main", wanted),
    mustWork: isReadable && isRunnable({ ...files, main: wanted }),
  };
}

function isText(bytes) {
  return bytes.length < 5 * 1024 * 1024 && Buffer.from(String(bytes)).equals(bytes);
}

/** A patch of the main file whose text is not known beforehand, but what it says is, and what else stays. */
function merge({ main, ui }, value) {
  const call = patch(value);
  if (!isRunnable({ main, ui })) return call;
  const before = String(main.bytes);
  const said = leaves(merged(readTree(before), value));
  const comments = commentsOf(before);
  const matches = (bytes) => {
    const text = String(bytes);
    const isSo = sameLeaves(leaves(readTree(text)), said) && commentsOf(text) === comments;
    return isSo ? contentOf(bytes, main) : undefined;
  };
  return { ...call, file: "main", matches, mustWork: true };
}

/** JSON5 is JavaScript; another reader than the one under test. */
function readTree(text) {
  try {
    return JSON.parse(runInNewContext(`JSON.stringify(${text.replace("\uFEFF", "")}\n)`));
  } catch {
    return undefined;
  }
}

function merged(tree, change) {
  const result = { ...tree };
  for (const [key, value] of Object.entries(change)) {
    const isSection = typeof value === "object" && value !== null && !Array.isArray(value);
    if (value === null) delete result[key];
    else result[key] = isSection ? merged(result[key], value) : value;
  }
  return result;
}

function leaves(tree, path = "") {
  if (typeof tree !== "object" || tree === null || Object.keys(tree).length === 0)
    return new Map([[path, JSON.stringify(tree)]]);
  return new Map(Object.entries(tree).flatMap(([key, value]) => [...leaves(value, `${path}/${key}`)]));
}

function sameLeaves(one, other) {
  return one.size === other.size && [...one].every(([path, value]) => other.get(path) === value);
}

function commentsOf(text) {
  return (text.match(/\/\/.*|\/\*.*?\*\//g) ?? []).map((each) => each.trim()).join("\n");
}
