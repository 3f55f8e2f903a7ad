import { RpcError, type HelloOk, type Role } from "@openclaw/protocol";

import type { ConnectIntent } from "./connect-request.ts";
import type { ConnectionError } from "./errors.ts";
import type { Device } from "./identity.ts";
import type { ClientOptions } from "./options.ts";
import { refusalDetails } from "./refusal.ts";

/**
 * The device's part in getting connected: when its stored token is sent, kept and thrown away. The device is looked up
 * when the gateway has answered, so that none is created for a gateway that is not there.
 *
 * Docs: protocol.md#device-tokens
 */
export class DeviceCredentials {
  readonly #options: ClientOptions;
  readonly #role: Role;
  readonly #hasSecret: boolean;
  #device: Promise<Device | undefined> | undefined;
  #usesToken: boolean;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#role = options.role ?? "operator";
    this.#hasSecret = options.auth?.token !== undefined || options.auth?.password !== undefined;
    this.#usesToken = !this.#hasSecret;
  }

  /** Identity and credentials for the next connect. */
  async present(): Promise<Pick<ConnectIntent, "auth" | "identity">> {
    const device = await this.#lookUp();
    const stored = this.#usesToken ? await device?.tokens?.load(this.#role) : undefined;
    return {
      identity: device?.identity,
      auth: { ...this.#options.auth, ...(stored && { deviceToken: stored.token }) },
    };
  }

  /**
   * Whether another connect may succeed because the device's own token outlived the shared one. True at most once; the
   * next `present` then has both.
   */
  async canFallBack({ cause }: ConnectionError): Promise<boolean> {
    if (this.#usesToken || !(cause instanceof RpcError)) return false;
    if (refusalDetails(cause).canRetryWithDeviceToken !== true) return false;
    const device = await this.#lookUp();
    this.#usesToken = (await device?.tokens?.load(this.#role)) !== undefined;
    return this.#usesToken;
  }

  /** Keeps the token a hello brought. One that cannot be kept costs a later connection its shortcut, not this one its life. */
  async keep({ auth }: HelloOk): Promise<void> {
    if (auth?.deviceToken === undefined) return;
    try {
      const device = await this.#lookUp();
      await device?.tokens?.save({ token: auth.deviceToken, role: auth.role, scopes: auth.scopes });
    } catch (error) {
      this.#options.logger?.warn("cannot store the device token", { error });
    }
  }

  /** Throws the stored token away if the refusal says that the gateway does not know it any more. */
  async forgetIfStale({ cause, closeReason }: ConnectionError): Promise<void> {
    const code = cause instanceof RpcError ? refusalDetails(cause).code : undefined;
    const isStale = code === "AUTH_DEVICE_TOKEN_MISMATCH" || closeReason?.includes("device token mismatch");
    if (!isStale || this.#hasSecret) return;
    const device = await this.#lookUp();
    await device?.tokens?.remove(this.#role);
  }

  #lookUp(): Promise<Device | undefined> {
    const { device } = this.#options;
    this.#device ??= typeof device === "function" ? device() : Promise.resolve(device);
    return this.#device;
  }
}
