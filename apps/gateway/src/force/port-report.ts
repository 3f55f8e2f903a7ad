import { explainListeners, type ProcessTable } from "@openclaw/service";

/** What explaining a busy port needs. */
export interface PortReportOptions {
  /** How the command is typed to mean this instance again. */
  readonly program: string;
  readonly port: number;
  readonly table: ProcessTable;
  /** Makes a command line fit to be shown. */
  show(command: string): string;
}

/** Lines that tell an operator who holds a port and what to do; empty when nobody does any more. */
export async function describePort(options: PortReportOptions): Promise<readonly string[]> {
  const { program, port, table, show } = options;
  const found = await table.listeners(port).catch(() => undefined);
  const { holders, hiddenOwners } = found ?? { holders: [], hiddenOwners: [] };
  if (holders.length === 0 && hiddenOwners.length === 0) return [];
  return [
    `Port ${port} is already in use.`,
    ...holders.map(
      ({ process, addresses }) =>
        `- pid ${process.pid} ${process.user}: ${show(process.command)} (${addresses.join(", ")})`,
    ),
    ...hiddenOwners.map((user) => `- a process of ${user}`),
    `- ${explainListeners({ holders, hiddenOwners }, program)}`,
  ];
}
