// What stands in the two files of the configuration: good texts, each known by its number, and what may go wrong with one.
import { createHash } from "node:crypto";

/**
 * @typedef {object} Content
 * @property {Buffer} bytes
 * @property {string} hash SHA-256, lower-case hex
 * @property {boolean} isGood a gateway can run with it, as far as this file is concerned
 * @property {number} n seconds of the heartbeat (main file): shows over RPC which text is in force
 * @property {boolean} includes whether the main file includes the other one
 * @property {"main" | "ui"} [file]
 */

/** @returns {Content} */
export function contentOf(bytes, { file, isGood, n = 0, includes = false }) {
  const buffer = Buffer.from(bytes);
  return {
    bytes: buffer,
    hash: createHash("sha256").update(buffer).digest("hex"),
    file,
    isGood,
    n,
    includes,
  };
}

/** No file at all. */
export const ABSENT = { bytes: undefined, hash: "absent", isGood: false, n: 0, includes: false };

const CYCLE = "./openclaw.json";
const DEEP = "[".repeat(100) + "]".repeat(100);
const TOO_LARGE = 5 * 1024 * 1024 + 1;

/** Whether a gateway can run with these files. */
export function isRunnable({ main, ui }) {
  return main.isGood && (!main.includes || ui.isGood);
}

/** Ways to write a good main file. */
export const MAIN_SHAPES = {
  plain: (text) => text,
  comments: (text) => text.replaceAll("\n", " // { [ ' \" \n").replace("{", "/* } */ {"),
  windows: (text) => text.replaceAll("\n", "\r\n"),
  mark: (text) => `\uFEFF${text}`,
  alone: (text, n) => text.replace('{ $include: "./parts/ui.json5" }', `{ assistant: { name: "n${n}" } }`),
  many: (text) => text.replace("skills: {", `skills: { many: { ${keys(300)} },`),
  long: (text) => beforeEnd(text, `// ${"long ".repeat(20_000)}\n`),
};

/** What may be wrong with the main file; `at` from 0 to 1 says where. */
export const MAIN_FAULTS = {
  half: cutOff,
  empty: () => "",
  blank: () => "\n// nothing\n",
  garbage: (text) => `${text}garbage`,
  binary: (_, at) => noise(at),
  zeros: () => Buffer.alloc(2000),
  utf16: (text) => Buffer.from(text, "utf16le"),
  huge: (text) => beforeEnd(text, " ".repeat(TOO_LARGE)),
  deep: (text) => text.replace("skills: {", `skills: { deep: ${DEEP},`),
  cycle: (text) => text.replace("skills: {", `talk: { $include: "${CYCLE}" }, skills: {`),
  gone: (text) => text.replace("skills: {", 'talk: { $include: "./parts/none.json5" }, skills: {'),
  outside: (text) => text.replace("skills: {", 'talk: { $include: "../../../../../etc/passwd" }, skills: {'),
  proto: (text) => text.replace("skills: {", 'skills: { "__proto__": { polluted: 1 },'),
  twice: (text) => text.replace("skills: {", "skills: {}, skills: {"),
  unknown: (text) => text.replace("skills: {", "skilz: {}, skills: {"),
  type: (text) => text.replace("skills: {", "session: 7, skills: {"),
  variable: (text) => text.replace("skills: {", "skills: { v: '${NOBODY_SET_THIS}',"),
  unstartable: (text) => text.replace('mode: "local"', 'mode: "remote"'),
  list: (text) => `[${text}]`,
};

/** What may be wrong with the included file. */
export const UI_FAULTS = {
  half: cutOff,
  empty: () => "",
  binary: (_, at) => noise(at),
  huge: (text) => beforeEnd(text, " ".repeat(TOO_LARGE)),
  deep: (text) => text.replace("{", `{ deep: ${DEEP},`),
  cycle: () => `{ $include: "../openclaw.json" }\n`,
  itself: () => `{ $include: "ui.json5" }\n`,
  outside: () => '{ $include: "../../../../etc/passwd" }\n',
  proto: (text) => text.replace("{", '{ "__proto__": { polluted: 1 },'),
  unknown: (text) => text.replace("{", "{ nobody: 1,"),
  list: (text) => `[${text}]`,
};

/**
 * @param {"main" | "ui"} file
 * @param {{ fault?: string, shape?: string, at?: number }} spec
 * @param {{ port: number, token: string, logFile: string }} place
 * @returns {Content}
 */
export function makeText(file, { fault, shape = "plain", at = 0.5 }, { n, place }) {
  const faults = file === "main" ? MAIN_FAULTS : UI_FAULTS;
  const good = file === "main" ? MAIN_SHAPES[shape](mainText(n, place), n) : uiText(n);
  const includes = file === "main" && shape !== "alone";
  return fault === undefined
    ? contentOf(good, { file, isGood: true, n, includes })
    : contentOf(faults[fault](good, at), { file, isGood: false, n, includes });
}

function mainText(n, { port, token, logFile }) {
  return `// text ${n}
{
  gateway: { mode: "local", port: ${port}, auth: { token: "${token}" }, // stays here
    reload: { debounceMs: 10 }, writeBudget: { maxCalls: 1000000 }, },
  logging: { file: ${JSON.stringify(logFile)} },
  agents: { defaults: { heartbeat: { every: "${n}s" /* its number */ } } },
  ui: { $include: "./parts/ui.json5" },
  skills: { a: ${n % 7}, 'b-c': [1, 2, { d: "\${HOME}" }], e: { f: null, g: true } },
}
`;
}

function uiText(n) {
  return `{ assistant: { name: "n${n}" } } // ${n}\n`;
}

function keys(count) {
  return Array.from({ length: count }, (_, at) => `k${at}: ${at}, // ${at}\n`).join("");
}

/** What is written in pieces must not be whole before the last one. */
function beforeEnd(text, filling) {
  const end = text.lastIndexOf("}");
  return text.slice(0, end) + filling + text.slice(end);
}

/** Without its last brace no text is whole. */
function cutOff(text, at) {
  return text.slice(0, 1 + Math.floor(at * (text.lastIndexOf("}") - 1)));
}

function noise(at) {
  return Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 97 + Math.floor(at * 1000)) % 256));
}
