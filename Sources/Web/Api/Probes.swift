internal import Catalog
internal import HTTPTypes
internal import Metering
internal import Model

extension Operation {
    /// The description of the API itself.
    static func openAPI(_ document: [UInt8]) -> Operation {
        Operation(
            method: .get, path: "/v1/openapi.json", id: "getOpenAPI", summary: "This document.", tag: "status",
            scope: nil, answer: .init(help: "The document.", schema: nil)
        ) { _ in WebAnswer(type: "application/json", document) }
    }

    /// What those ask that watch over the daemon.
    static func probes(_ desk: any Desk, _ metrics: PrometheusRegistry, _ hub: EventHub) -> [Operation] {
        metrics.collect { [weak hub] samples in
            samples.add("perigee_http_event_streams", Double(hub?.count ?? 0))
            DaemonMeters.add(desk.state, to: &samples)
        }
        return [
            Operation(
                method: .get, path: "/healthz", id: "health", summary: "Whether the daemon answers.", tag: "probes",
                scope: nil, answer: .init(type: "text/plain", help: "It does.", schema: nil)
            ) { _ in WebAnswer(type: "text/plain; charset=utf-8", Array("ok\n".utf8)) },
            Operation(
                method: .get, path: "/readyz", id: "ready", summary: "Whether the daemon works.", tag: "probes",
                scope: nil, answer: .init(type: "text/plain", help: "It does.", schema: nil)
            ) { _ in
                let state = desk.state
                let word = state.isStopping ? "stopping" : state.isReady ? "ready" : "starting"
                return WebAnswer(
                    word == "ready" ? 200 : 503, type: "text/plain; charset=utf-8", Array("\(word)\n".utf8))
            },
            Operation(
                method: .get, path: "/metrics", id: "metrics", summary: "What is counted, for Prometheus.",
                tag: "probes", scope: .read, answer: .init(type: "text/plain", help: "The metrics.", schema: nil),
                isMetrics: true
            ) { _ in WebAnswer(type: PrometheusRegistry.contentType, Array(metrics.text().utf8)) },
        ]
    }
}
