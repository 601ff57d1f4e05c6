internal import Model

extension OwnSettings {
    /// Keys of the section that others read.
    static let others = ["api"]

    /// Reads `serve:`.
    ///
    /// ```yaml
    /// serve:
    ///   log: json
    ///   log_level: info
    ///   history: 400d
    ///   stop_within: 60s
    ///   agent:
    ///     listen: 0.0.0.0:7374
    ///     exports: [data=/srv/data, backup=vault:/srv/backup]
    ///     relay_to: [other.example.org:7374]
    ///     relay_bytes: 1TiB
    /// ```
    init(_ node: PlacedNode?) throws(PerigeeError) {
        guard let node else { return }
        var reader = try SectionReader(node, "serve")
        log = try reader.value("log", "text or json", LogForm.init(rawValue:)) ?? log
        logLevel =
            try reader.value("log_level", "debug, info, warning or error", LogLevel.init(rawValue:)) ?? logLevel
        history = try reader.seconds("history", most: 100 * 366 * 86_400) ?? history
        stopWithin = try reader.seconds("stop_within", most: 3600) ?? stopWithin
        if let node = reader.node("agent") { agent = try AgentPart(node) }
        try reader.finish(but: Self.others)
    }
}

extension OwnSettings.AgentPart {
    fileprivate init(_ node: PlacedNode) throws(PerigeeError) {
        var reader = try SectionReader(node, "serve.agent")
        guard let listen = try reader.text("listen", "PORT or HOST:PORT") else {
            throw PerigeeError(
                .usage, "the agent does not say where it listens", at: reader.place, remedy: "write listen: HOST:PORT")
        }
        self.listen = listen
        exports = try reader.texts("exports", "a list as [data=/srv/data]")
        relayTo = try reader.texts("relay_to", "a list of HOST:PORT or identities")
        relayBytes = try reader.text("relay_bytes", "a size as 1TiB") ?? "1TiB"
        try reader.finish()
        guard !exports.isEmpty || !relayTo.isEmpty else {
            throw PerigeeError(
                .usage, "the agent serves nothing", at: reader.place,
                remedy: "write exports: [NAME=ENDPOINT], or relay_to: [HOST:PORT]")
        }
    }
}
