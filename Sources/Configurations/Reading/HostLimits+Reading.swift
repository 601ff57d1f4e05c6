internal import Model

extension HostLimits {
    init(_ node: ConfigurationNode, _ key: String, _ log: FaultLog) {
        self.init()
        guard var reader = MappingReader(node, key: key, log: log) else { return }
        memory = reader.value("memory", "a size as 256MiB", ByteCount.init(parsing:))
        threads = reader.integer("threads", in: 1...1024)
        transfers = reader.integer("transfers", in: 1...256)
        rate = reader.value("rate", Words.rates, RateSchedule.init(parsing:))
        reader.finish()
        if let memory, memory < Self.memoryOfTransfer {
            reader.fault("memory", "that is less than anything runs in", remedy: "write 64MiB or more")
        } else if let transfers, let room = transfersWithRoom, transfers > room {
            reader.fault(
                "transfers", "\(transfers) at once have less than \(Self.memoryOfTransfer) of memory each",
                remedy: "write \(room) or less, or raise limits.memory")
        }
    }
}
