import { CONNECTION, JSON_OUTPUT } from "../options.ts";
import type { CommandSpec, OptionSpec } from "../spec.ts";

const COMMON = [JSON_OUTPUT, ...CONNECTION];
const TOKEN_OPTIONS: readonly OptionSpec[] = [
  { flags: "--device <id>", summary: "which device", required: true },
  { flags: "--role <role>", summary: "which of its tokens: operator or node", required: true },
];

/** `devices` and the commands below it. */
export const DEVICE_SPECS: readonly CommandSpec[] = [
  {
    name: "devices list",
    summary: "show waiting and paired devices",
    options: COMMON,
    invalidConfig: "stop",
    module: "devices/list",
  },
  {
    name: "devices approve",
    summary: "let a waiting device in",
    words: ["[requestId]"],
    options: [{ flags: "--latest", summary: "the one that asked last" }, ...COMMON],
    invalidConfig: "stop",
    module: "devices/approve",
  },
  {
    name: "devices reject",
    summary: "turn a waiting device away",
    words: ["<requestId>"],
    options: COMMON,
    invalidConfig: "stop",
    module: "devices/reject",
  },
  {
    name: "devices remove",
    summary: "forget a paired device and end its connections",
    words: ["<deviceId>"],
    options: COMMON,
    invalidConfig: "stop",
    module: "devices/remove",
  },
  {
    name: "devices clear",
    summary: "forget every paired device",
    options: [
      { flags: "--yes", summary: "really" },
      { flags: "--pending", summary: "turn away those that wait, too" },
      ...COMMON,
    ],
    invalidConfig: "stop",
    module: "devices/clear",
  },
  {
    name: "devices rotate",
    summary: "replace the token of a device; only the device gets the new one",
    options: [
      ...TOKEN_OPTIONS,
      { flags: "--scope <scope...>", summary: "what the new token is worth; as before otherwise" },
      ...COMMON,
    ],
    invalidConfig: "stop",
    module: "devices/rotate",
  },
  {
    name: "devices revoke",
    summary: "end the token of a device and its connections",
    options: [...TOKEN_OPTIONS, ...COMMON],
    invalidConfig: "stop",
    module: "devices/revoke",
  },
];
