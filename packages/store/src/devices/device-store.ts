import type { DeviceStore, PairedDevice, PendingPairing } from "@openclaw/auth";
import { decode } from "../json.ts";
import type { Database, Statement } from "../sqlite/database.ts";
import type { GroupCommit } from "../sqlite/group-commit.ts";

/** {@link DeviceStore} in SQLite. Records come back in the order they were first put. */
export class SqliteDeviceStore implements DeviceStore {
  readonly #commits: GroupCommit;
  readonly #device: Statement;
  readonly #devices: Statement;
  readonly #putDevice: Statement;
  readonly #removeDevice: Statement;
  readonly #pending: Statement;
  readonly #putPending: Statement;
  readonly #removePending: Statement;

  constructor(database: Database, commits: GroupCommit) {
    this.#commits = commits;
    this.#device = database.statement("SELECT record FROM devices WHERE device_id = ?");
    this.#devices = database.statement("SELECT record FROM devices ORDER BY id");
    this.#putDevice = database.statement(`
      INSERT INTO devices (device_id, record) VALUES (?, ?)
      ON CONFLICT (device_id) DO UPDATE SET record = excluded.record`);
    this.#removeDevice = database.statement("DELETE FROM devices WHERE device_id = ?");
    this.#pending = database.statement("SELECT record FROM pending_pairings ORDER BY id");
    this.#putPending = database.statement(`
      INSERT INTO pending_pairings (request_id, record) VALUES (?, ?)
      ON CONFLICT (request_id) DO UPDATE SET record = excluded.record`);
    this.#removePending = database.statement(
      "DELETE FROM pending_pairings WHERE request_id = ? RETURNING record",
    );
  }

  async device(deviceId: string): Promise<PairedDevice | undefined> {
    const record = this.#device.text(deviceId);
    return record === undefined ? undefined : decode(record);
  }

  async devices(): Promise<readonly PairedDevice[]> {
    return this.#devices.texts().map((record) => decode(record));
  }

  async putDevice(device: PairedDevice): Promise<void> {
    const record = JSON.stringify(device);
    await this.#commits.submit(() => this.#putDevice.run(device.deviceId, record));
  }

  async removeDevice(deviceId: string): Promise<boolean> {
    return (await this.#commits.submit(() => this.#removeDevice.run(deviceId))) > 0;
  }

  async pending(): Promise<readonly PendingPairing[]> {
    return this.#pending.texts().map((record) => decode(record));
  }

  async putPending(request: PendingPairing): Promise<void> {
    const record = JSON.stringify(request);
    await this.#commits.submit(() => this.#putPending.run(request.requestId, record));
  }

  async removePending(requestId: string): Promise<PendingPairing | undefined> {
    const record = await this.#commits.submit(() => this.#removePending.text(requestId));
    return record === undefined ? undefined : decode(record);
  }

  async approve(requestId: string, device: PairedDevice): Promise<boolean> {
    const record = JSON.stringify(device);
    return this.#commits.submit(() => {
      const isThere = this.#removePending.text(requestId) !== undefined;
      if (isThere) this.#putDevice.run(device.deviceId, record);
      return isThere;
    });
  }
}
