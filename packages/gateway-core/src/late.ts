import { GatewayError } from "./errors.ts";

/**
 * A value that exists only from a certain moment of the start on. The sockets open before the store does, so the
 * handlers are built around parts that come a little later; until then no call gets through to them.
 */
export class Late<T> {
  #value: T | undefined;

  set(value: T): void {
    this.#value = value;
  }

  /** @throws {GatewayError} LIFECYCLE before the value is there */
  get value(): T {
    if (this.#value === undefined) throw new GatewayError("LIFECYCLE", "the gateway is still starting");
    return this.#value;
  }

  get isSet(): boolean {
    return this.#value !== undefined;
  }
}
