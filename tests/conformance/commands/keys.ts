// Keys that several recordings share, two levels deep.
const SESSIONS = "sessions sessions.paths sessions.count sessions.defaults sessions.recent sessions.byAgent";

/** Of the RPC `status`. */
export const SUMMARY = `heartbeat heartbeat.defaultAgentId heartbeat.agents channelSummary queuedSystemEvents ${SESSIONS}`;

/** What `status` has no use for yet: details of an updater and of a memory that are not there. */
export const STATUS_LATER = [
  "update.root update.packageManager update.deps",
  "memory.agentId memory.backend memory.files memory.chunks memory.dirty memory.workspaceDir memory.dbPath",
  "memory.provider memory.requestedProvider memory.sources memory.extraPaths memory.sourceCounts memory.cache",
  "memory.fts memory.vector memory.batch memory.custom",
].join(" ");

/** Of `openclaw status --json`. */
export const STATUS = [
  SUMMARY,
  "os os.platform os.arch os.release os.label",
  "update update.installKind update.registry updateChannel updateChannelSource memory",
  "memoryPlugin memoryPlugin.enabled memoryPlugin.slot",
  "gateway gateway.mode gateway.url gateway.urlSource gateway.misconfigured gateway.reachable",
  "gateway.connectLatencyMs gateway.self gateway.error",
  "gatewayService gatewayService.label gatewayService.installed gatewayService.loadedText gatewayService.runtimeShort",
  "nodeService nodeService.label nodeService.installed nodeService.loadedText nodeService.runtimeShort",
  "agents agents.defaultId agents.agents agents.totalSessions agents.bootstrapPendingCount",
  "securityAudit securityAudit.ts securityAudit.summary securityAudit.findings",
  STATUS_LATER,
].join(" ");

/** Of `openclaw gateway status --json` without the probe. */
export const GATEWAY_STATUS = [
  "service service.label service.loaded service.loadedText service.notLoadedText service.command service.runtime",
  "service.configAudit config config.cli config.daemon",
  "gateway gateway.bindMode gateway.bindHost gateway.port gateway.portSource gateway.probeUrl gateway.probeNote",
  "port port.port port.status port.listeners port.hints extraServices",
].join(" ");

/** Of `openclaw gateway probe --json`. */
export const PROBE = [
  "ok ts durationMs timeoutMs primaryTargetId warnings",
  "network network.localLoopbackUrl network.localTailnetUrl network.tailnetIPv4",
  "discovery discovery.timeoutMs discovery.count discovery.beacons",
  "targets targets[].id targets[].kind targets[].url targets[].active targets[].tunnel targets[].connect",
  "targets[].self targets[].config targets[].health targets[].summary targets[].presence",
].join(" ");

/** Of the RPC `health`. */
export const HEALTH = [
  "ok ts durationMs channels channelOrder channelLabels heartbeatSeconds defaultAgentId",
  "agents agents[].agentId agents[].isDefault agents[].heartbeat agents[].sessions",
  "sessions sessions.path sessions.count sessions.recent",
].join(" ");
