import { JSON_OUTPUT } from "../options.ts";
import type { CommandSpec } from "../spec.ts";

/** `port`, `token` and `force` given on `gateway` count for `install`, too. */
const INSTALL_INHERITS = ["port", "token", "force"];

/** Commands on the service, by the word that names them. */
const SERVICE_COMMANDS: readonly CommandSpec[] = [
  {
    name: "install",
    summary: "have the gateway started by the system, now and from now on",
    options: [
      { flags: "--port <port>", summary: "port of the service" },
      { flags: "--runtime <name>", summary: "what runs it: node" },
      { flags: "--token <token>", summary: "gateway token; saved to the configuration" },
      { flags: "--force", summary: "install anew over what is there" },
      JSON_OUTPUT,
    ],
    inherits: INSTALL_INHERITS,
    invalidConfig: "warn",
    module: "gateway/install",
  },
  {
    name: "uninstall",
    summary: "stop the service and remove it",
    options: [JSON_OUTPUT],
    invalidConfig: "warn",
    module: "gateway/uninstall",
  },
  {
    name: "start",
    summary: "start the service",
    options: [JSON_OUTPUT],
    invalidConfig: "warn",
    module: "gateway/start",
  },
  {
    name: "stop",
    summary: "stop the service",
    options: [JSON_OUTPUT],
    invalidConfig: "warn",
    module: "gateway/stop",
  },
  {
    name: "restart",
    summary: "restart the service",
    options: [JSON_OUTPUT],
    invalidConfig: "warn",
    module: "gateway/restart",
  },
];

/** The commands below a word: `gateway`, or its older name `daemon`. */
export function serviceSpecs(group: "gateway" | "daemon"): readonly CommandSpec[] {
  return SERVICE_COMMANDS.map((spec) => ({ ...spec, name: `${group} ${spec.name}` }));
}
