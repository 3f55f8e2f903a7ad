import type { NodeRecord, NodeStore } from "@openclaw/nodes";
import { decode } from "../json.ts";
import type { Database, Statement } from "../sqlite/database.ts";
import type { GroupCommit } from "../sqlite/group-commit.ts";

/** {@link NodeStore} in SQLite. Records come back in the order they were first put. */
export class SqliteNodeStore implements NodeStore {
  readonly #commits: GroupCommit;
  readonly #node: Statement;
  readonly #nodes: Statement;
  readonly #put: Statement;
  readonly #remove: Statement;

  constructor(database: Database, commits: GroupCommit) {
    this.#commits = commits;
    this.#node = database.statement("SELECT record FROM nodes WHERE node_id = ?");
    this.#nodes = database.statement("SELECT record FROM nodes ORDER BY id");
    this.#put = database.statement(`
      INSERT INTO nodes (node_id, record) VALUES (?, ?)
      ON CONFLICT (node_id) DO UPDATE SET record = excluded.record`);
    this.#remove = database.statement("DELETE FROM nodes WHERE node_id = ?");
  }

  async node(nodeId: string): Promise<NodeRecord | undefined> {
    const record = this.#node.text(nodeId);
    return record === undefined ? undefined : decode(record);
  }

  async nodes(): Promise<readonly NodeRecord[]> {
    return this.#nodes.texts().map((record) => decode(record));
  }

  async putNode(node: NodeRecord): Promise<void> {
    const record = JSON.stringify(node);
    await this.#commits.submit(() => this.#put.run(node.nodeId, record));
  }

  async removeNode(nodeId: string): Promise<boolean> {
    return (await this.#commits.submit(() => this.#remove.run(nodeId))) > 0;
  }
}
