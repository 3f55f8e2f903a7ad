/**
 * Runs every step, one after the other, whatever became of those before: a part that fails to close must not keep the
 * others open. Rejects with the first failure when all are through.
 */
export async function runAll(steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
