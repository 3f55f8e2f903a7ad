import { JSON_OUTPUT } from "./options.ts";
import type { CommandSpec, OptionSpec } from "./spec.ts";

const NON_INTERACTIVE: OptionSpec = { flags: "--non-interactive", summary: "ask nothing" };
const YES: OptionSpec = { flags: "--yes", summary: "go on without asking" };
const REMOVAL: readonly OptionSpec[] = [
  { flags: "--dry-run", summary: "show what would go, and touch nothing" },
  { flags: "--delete", summary: "delete for good instead of moving aside" },
  YES,
  NON_INTERACTIVE,
  JSON_OUTPUT,
];

/** Of `onboard` and `configure`. */
const ONBOARDING: readonly OptionSpec[] = [
  NON_INTERACTIVE,
  { flags: "--mode <mode>", summary: "local: the gateway runs here; remote: commands use one elsewhere" },
  { flags: "--workspace <dir>", summary: "folder of the default agent" },
  { flags: "--gateway-port <port>", summary: "port to listen on" },
  { flags: "--gateway-bind <mode>", summary: "loopback, lan, tailnet, auto or custom" },
  { flags: "--gateway-auth <mode>", summary: "token or password" },
  { flags: "--gateway-token <token>", summary: "gateway token; one is generated otherwise" },
  { flags: "--gateway-password <password>", summary: "gateway password" },
  { flags: "--remote-url <url>", summary: "address of the gateway elsewhere" },
  { flags: "--remote-token <token>", summary: "its token" },
  { flags: "--tailscale <mode>", summary: "off; serve and funnel are not supported yet" },
  { flags: "--install-daemon", summary: "have the system start the gateway, as gateway install does" },
  { flags: "--no-install-daemon", summary: "install no service, and do not ask" },
  { flags: "--skip-daemon", summary: "the same as --no-install-daemon" },
  { flags: "--daemon-runtime <name>", summary: "what runs the service: node" },
  { flags: "--skip-channels", summary: "accepted for older scripts: channels are not asked about" },
  { flags: "--skip-skills", summary: "accepted for older scripts: skills are not asked about" },
  { flags: "--skip-health", summary: "do not look whether the gateway is healthy in the end" },
  { flags: "--skip-ui", summary: "do not name the Control UI in the end" },
  { flags: "--reset", summary: "first move configuration, credentials and sessions aside" },
  JSON_OUTPUT,
];

/** Commands that set this machine up, and take it back. */
export const INSTALLATION_SPECS: readonly CommandSpec[] = [
  {
    name: "setup",
    summary: "create configuration and workspace",
    options: [
      { flags: "--workspace <dir>", summary: "folder of the default agent" },
      { flags: "--wizard", summary: "as onboard: ask for the rest" },
      NON_INTERACTIVE,
      { flags: "--mode <mode>", summary: "as onboard: local or remote" },
      { flags: "--remote-url <url>", summary: "as onboard: address of the gateway elsewhere" },
      { flags: "--remote-token <token>", summary: "as onboard: its token" },
      JSON_OUTPUT,
    ],
    invalidConfig: "stop",
    module: "setup",
  },
  {
    name: "onboard",
    summary: "set up a gateway on this machine, or the way to one elsewhere",
    options: [
      { flags: "--accept-risk", summary: "an agent acts with the rights of this account: accepted" },
      ...ONBOARDING,
    ],
    invalidConfig: "own",
    module: "onboard",
  },
  {
    name: "configure",
    summary: "change the settings that onboard asks for, and leave the rest",
    options: [{ flags: "--accept-risk", summary: "accepted for older scripts" }, ...ONBOARDING],
    invalidConfig: "own",
    module: "configure",
  },
  {
    name: "reset",
    summary: "move configuration, state and workspace aside, to begin anew",
    options: [{ flags: "--scope <scope>", summary: "config, config+creds+sessions or full" }, ...REMOVAL],
    invalidConfig: "own",
    module: "reset",
  },
  {
    name: "uninstall",
    summary: "take the service of this profile and its files off this machine",
    options: [
      { flags: "--service", summary: "stop and remove the service" },
      { flags: "--state", summary: "configuration, credentials and sessions" },
      { flags: "--workspace", summary: "workspaces of the agents" },
      { flags: "--app", summary: "accepted for older scripts: there is no app here" },
      { flags: "--all", summary: "all of these" },
      ...REMOVAL,
    ],
    invalidConfig: "own",
    module: "uninstall",
  },
];
