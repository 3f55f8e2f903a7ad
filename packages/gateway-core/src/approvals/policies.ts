import {
  type ExecApprovalsFile,
  type ExecApprovalsSnapshot,
  invalidRequest,
  METHODS,
  parseParams,
  RpcError,
} from "@openclaw/protocol";
import type { Logger } from "../options.ts";
import { hashOf, type PolicyText } from "./policy-text.ts";

const MAX_CHARS = 1_048_576;

/** What agents may run without asking, and when they have to ask: one file, read and replaced as a whole. */
export interface ApprovalPolicies {
  /**
   * Makes the file when there is none.
   * @throws {RpcError} UNAVAILABLE when it is there but says nothing that can be understood
   */
  read(): Promise<ExecApprovalsSnapshot>;
  /**
   * The new policies are on disk when this resolves. `baseHash` is that of what the change was made for.
   * @throws {RpcError} INVALID_REQUEST when it is missing or old, UNAVAILABLE when the disk fails
   */
  write(change: PolicyChange): Promise<ExecApprovalsSnapshot>;
}

/** New policies, and who wants them. */
export interface PolicyChange {
  readonly file: ExecApprovalsFile;
  readonly baseHash?: string | undefined;
  /** For the audit. */
  readonly actor: string;
}

export interface ApprovalPoliciesOptions {
  readonly text: PolicyText;
  /** Where a program beside the gateway that asks people would listen. */
  readonly socketPath: string;
  readonly logger: Logger;
}

/** Docs: protocol.md#exec-policies */
export function createApprovalPolicies({
  text,
  socketPath,
  logger,
}: ApprovalPoliciesOptions): ApprovalPolicies {
  const snapshot = (raw: string): ExecApprovalsSnapshot => {
    const file = parsed(raw);
    if (file === undefined)
      throw new RpcError("UNAVAILABLE", `${text.path} cannot be understood: correct or remove it`);
    return { path: text.path, exists: true, hash: hashOf(raw), file: withoutSecret(file) };
  };
  const create = async (): Promise<ExecApprovalsSnapshot> => {
    const fresh = render({ version: 1, socket: { path: socketPath }, defaults: {}, agents: {} });
    const isMade = await text.write(fresh, { seen: hashOf(undefined), actor: "exec.approvals.get" });
    // Somebody else made it at the same moment.
    return snapshot(isMade ? fresh : ((await text.read()) ?? ""));
  };
  return {
    read: async () => {
      const raw = await text.read();
      return raw === undefined ? create() : snapshot(raw);
    },

    write: async ({ file, baseHash, actor }) => {
      const raw = await text.read();
      const current = raw === undefined ? undefined : parsed(raw);
      if (raw !== undefined) {
        if (baseHash === undefined) throw stale("base hash required");
        if (current === undefined) throw stale("base hash unavailable");
        if (baseHash !== hashOf(raw)) throw stale("changed since last load");
      }
      const next = render(withSecret(file, current));
      if (next.length > MAX_CHARS) throw invalidRequest("exec approvals are too large");
      if (!(await text.write(next, { seen: hashOf(raw), actor }))) throw stale("changed since last load");
      logger.info(`exec approvals written hash=${hashOf(next)} ${actor}`);
      return snapshot(next);
    },
  };
}

function stale(what: string): RpcError {
  return invalidRequest(`exec approvals ${what}; re-run exec.approvals.get and retry`);
}

/** The file as its schema has it; undefined for anything else. */
function parsed(raw: string): ExecApprovalsFile | undefined {
  if (raw.length > MAX_CHARS) return undefined;
  try {
    const file: unknown = JSON.parse(raw);
    const result = parseParams(METHODS["exec.approvals.set"].params, { file });
    return result.ok ? result.value.file : undefined;
  } catch {
    return undefined;
  }
}

/** The socket's token is for the program behind it, not for whoever reads policies. */
function withoutSecret({
  socket,
  defaults = {},
  agents = {},
  ...file
}: ExecApprovalsFile): ExecApprovalsSnapshot["file"] {
  const { token: _, ...shown } = socket ?? {};
  return { ...file, ...(socket && { socket: shown }), defaults, agents };
}

/** Who was not shown the token cannot send it back. */
function withSecret(file: ExecApprovalsFile, current: ExecApprovalsFile | undefined): ExecApprovalsFile {
  const socket = { ...current?.socket, ...file.socket };
  const { defaults = {}, agents = {} } = file;
  return { ...file, ...(Object.keys(socket).length > 0 && { socket }), defaults, agents };
}

function render(file: ExecApprovalsFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}
