internal import Catalog
public import Metering
internal import Model

/// What is told of a daemon to Prometheus.
public enum DaemonMeters {
    /// What its metrics say.
    public static let descriptions =
        WebMeters.descriptions + [
            MetricDescription("perigee_build_info", .gauge, "1; the version is a label."),
            MetricDescription("perigee_start_time_seconds", .gauge, "When the daemon was started, since 1970."),
            MetricDescription("perigee_schedules", .gauge, "Schedules, by whether they are paused."),
            MetricDescription("perigee_runs_open", .gauge, "Runs that are not done, by what they are doing."),
            MetricDescription("perigee_runs_ended_total", .counter, "Runs that have ended, by how."),
            MetricDescription("perigee_runs_missed_total", .counter, "Runs that were due and will not come."),
            MetricDescription("perigee_attempts_total", .counter, "Attempts at runs."),
            MetricDescription("perigee_attempt_seconds_total", .counter, "Time that attempts took."),
            MetricDescription("perigee_wire_bytes_total", .counter, "Bytes that crossed between sites."),
            MetricDescription("perigee_replica_state", .gauge, "1 for the state in which a replica is."),
            MetricDescription("perigee_replica_lag_seconds", .gauge, "How old what a replica holds is."),
            MetricDescription("perigee_replica_rpo_seconds", .gauge, "How old a replica may be."),
            MetricDescription("perigee_replica_bytes", .gauge, "The bytes of a replica."),
            MetricDescription(
                "perigee_configuration_reloads_total", .counter,
                "How often the configuration was read again, by how it ended."),
            MetricDescription("perigee_configuration_fault", .gauge, "1 while the newest configuration is refused."),
            MetricDescription("perigee_notices_total", .counter, "Notices, by whether they could be sent."),
            MetricDescription("perigee_hooks_failed_total", .counter, "Hooks that failed."),
            MetricDescription("perigee_catalog_writes_failed_total", .counter, "Writes of the catalog that failed."),
        ]

    /// Adds the metrics of a state.
    static func add(_ state: DeskState, to samples: inout MetricSamples) {
        samples.add("perigee_build_info", [("version", state.version)], 1)
        samples.add("perigee_start_time_seconds", Double(state.started.seconds))
        let paused = state.schedules.count { $0.isPaused }
        samples.add("perigee_schedules", [("state", "paused")], Double(paused))
        samples.add("perigee_schedules", [("state", "active")], Double(state.schedules.count - paused))
        for (word, count) in [
            ("waiting", state.runs.count { $0.state == .waiting }),
            ("running", state.runs.count { $0.state == .running }),
            ("stopping", state.runs.count { $0.state == .stopping }),
        ] { samples.add("perigee_runs_open", [("state", word)], Double(count)) }
        samples.add("perigee_configuration_fault", state.configurationFault == nil ? 0 : 1)
        for replica in state.replicas { add(replica, to: &samples) }
        add(state.counters, to: &samples)
    }

    private static func add(_ replica: DeskReplica, to samples: inout MetricSamples) {
        let labels = [("dataset", replica.dataset), ("site", replica.site)]
        samples.add("perigee_replica_state", labels + [("state", replica.verdict.rawValue)], 1)
        if let lag = replica.lag { samples.add("perigee_replica_lag_seconds", labels, Double(lag)) }
        if let rpo = replica.rpo { samples.add("perigee_replica_rpo_seconds", labels, Double(rpo)) }
        if let bytes = replica.bytes { samples.add("perigee_replica_bytes", labels, Double(bytes)) }
    }

    private static func add(_ counters: DaemonCounters, to samples: inout MetricSamples) {
        for (word, count) in [
            ("succeeded", counters.succeeded), ("failed", counters.failed), ("stopped", counters.stopped),
            ("skipped", counters.skipped),
        ] { samples.add("perigee_runs_ended_total", [("outcome", word)], Double(count)) }
        samples.add("perigee_runs_missed_total", Double(counters.missed))
        samples.add("perigee_attempts_total", Double(counters.attempts))
        samples.add("perigee_attempt_seconds_total", counters.seconds)
        samples.add("perigee_wire_bytes_total", Double(counters.bytes))
        for (word, count) in [("done", counters.reloads), ("refused", counters.reloadsFailed)] {
            samples.add("perigee_configuration_reloads_total", [("outcome", word)], Double(count))
        }
        for (word, count) in [("sent", counters.notices), ("failed", counters.noticesFailed)] {
            samples.add("perigee_notices_total", [("outcome", word)], Double(count))
        }
        samples.add("perigee_hooks_failed_total", Double(counters.hooksFailed))
        samples.add("perigee_catalog_writes_failed_total", Double(counters.writesFailed))
    }
}
