import { print, printJson, type CommandContext } from "../../context.ts";
import { tableLines } from "../../output/table.ts";
import { tokenEntries, type TokenEntry } from "./entries.ts";

interface Options {
  readonly json?: boolean;
}

/** `tokens list`: names and rights; neither texts nor hashes. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io, program } = context;
  const tokens = tokenEntries(context).map((entry) => shown(entry, io.now()));
  if (options.json) printJson(io, { tokens });
  else if (tokens.length === 0)
    print(io, `No named tokens. Make one: ${program} tokens create --name <name>`);
  else print(io, ...tableLines({ header: HEADER, rows: tokens.map(row), columns: io.stdout.columns }));
  return 0;
}

const HEADER = ["Name", "Role", "Scopes", "Expires", "From"];

type Shown = ReturnType<typeof shown>;

function shown(
  { name, role = "operator", scopes = ["operator.read"], expiresAt, cidr }: TokenEntry,
  now: number,
) {
  const expired = expiresAt !== undefined && Date.parse(expiresAt) <= now;
  return {
    name,
    role,
    scopes,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(cidr !== undefined && { cidr }),
    expired,
  };
}

function row({ name, role, scopes, expiresAt = "never", cidr, expired }: Shown): readonly string[] {
  const words = scopes.map((scope) => scope.replace(/^operator\./, "")).join(" ");
  return [name, role, words, expired ? `${expiresAt} (expired)` : expiresAt, cidr?.join(" ") ?? "anywhere"];
}
