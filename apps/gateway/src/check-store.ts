import { homedir } from "node:os";
import { type Env, resolvePaths } from "@openclaw/config";
import { checkState, GatewayError, type GatewayErrorCode, type StateCheck } from "@openclaw/gateway-core";

/** What `openclaw gateway run --check-store` prints. */
export type StoreReport =
  | StateCheck
  /** It could not be looked at, as while a gateway runs. */
  | {
      readonly ok: false;
      readonly path: string;
      readonly error: { readonly code: GatewayErrorCode; readonly message: string };
    };

/**
 * Looks at the state file of a gateway that does not run. Nothing is written, nobody can connect.
 *
 * Docs: doctor.md#state
 */
export async function checkStore({ env }: { readonly env: Env }): Promise<StoreReport> {
  const paths = resolvePaths({ env, homeDir: homedir(), cwd: process.cwd() });
  try {
    return await checkState(paths);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { code, message } = error;
    return { ok: false, path: paths.storePath, error: { code, message } };
  }
}
