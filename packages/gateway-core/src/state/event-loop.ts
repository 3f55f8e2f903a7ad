import { cpuUsage } from "node:process";
import { type IntervalHistogram, monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { EventLoopHealth } from "@openclaw/protocol";

/** Distance of measurements, in ms; taken outside of JavaScript. */
const RESOLUTION_MS = 20;
/** Shortest time a reading tells of, but for the first: whoever asks again earlier gets the same one. */
const MIN_INTERVAL_MS = 1_000;
/** From here on clients notice: probes, pongs and answers are late. */
const DEGRADED_DELAY_MS = 200;
const DEGRADED_UTILIZATION = 0.95;

/** How punctual this process is. */
export interface EventLoopWatch {
  /** What was measured since the last reading, once that is a second ago; until then the same again. */
  read(): EventLoopHealth;
  close(): void;
}

/** Watches how late the event loop is and how busy the process. Docs: protocol.md#health */
export function watchEventLoop(now: () => number): EventLoopWatch {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let since = measure();
  let last: EventLoopHealth | undefined;
  return {
    read: () => {
      const next = measure();
      const intervalMs = next.at - since.at;
      if (last !== undefined && intervalMs < MIN_INTERVAL_MS) return last;
      const cpuMs = (next.cpuMicros - since.cpuMicros) / 1000;
      const load = {
        ...lateness(delays),
        utilization: rounded(
          performance.eventLoopUtilization(next.utilization, since.utilization).utilization,
        ),
        cpuCoreRatio: rounded(cpuMs / intervalMs),
      };
      // A start is busy, and no sign of anything.
      const reasons = intervalMs < MIN_INTERVAL_MS ? [] : reasonsOf(load);
      const degraded = reasons.length > 0;
      last = {
        degraded,
        degradedSinceMs: degraded ? (last?.degradedSinceMs ?? now()) : null,
        reasons,
        intervalMs: rounded(intervalMs),
        ...load,
      };
      since = next;
      delays.reset();
      return last;
    },
    close: () => void delays.disable(),
  };
}

function measure() {
  const { user, system } = cpuUsage();
  return {
    at: performance.now(),
    utilization: performance.eventLoopUtilization(),
    cpuMicros: user + system,
  };
}

/** What the histogram holds is the distance of two measurements; all beyond the distance asked for is delay. */
function lateness(delays: IntervalHistogram): Pick<EventLoopHealth, "delayP99Ms" | "delayMaxMs"> {
  const late = (ns: number) => (delays.count === 0 ? 0 : rounded(Math.max(0, ns / 1e6 - RESOLUTION_MS)));
  return { delayP99Ms: late(delays.percentile(99)), delayMaxMs: late(delays.max) };
}

type Load = Pick<EventLoopHealth, "delayP99Ms" | "utilization" | "cpuCoreRatio">;

function reasonsOf({ delayP99Ms, utilization, cpuCoreRatio }: Load): string[] {
  return [
    ...(delayP99Ms >= DEGRADED_DELAY_MS ? ["event_loop_delay"] : []),
    ...(utilization >= DEGRADED_UTILIZATION ? ["event_loop_utilization"] : []),
    ...(cpuCoreRatio >= DEGRADED_UTILIZATION ? ["cpu"] : []),
  ];
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
