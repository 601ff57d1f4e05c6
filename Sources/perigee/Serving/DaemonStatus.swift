internal import Catalog
internal import FoundationEssentials
internal import Model
internal import Service

/// What the daemon of this state says of itself.
struct DaemonStatus: Decodable {
    let version: String
    let process: Int32
    let started: String
    let isReady: Bool
    let isStopping: Bool
    let here: String?
    let configuration: String
    let configurationRead: String
    let configurationFault: String?
    let runs: [Run]
    let schedules: [ScheduleItem]
    let replicas: [ReplicaItem]
    let counters: DaemonCounters

    /// A run that is not done.
    struct Run: Decodable {
        let run: String
        let schedule: String
        let state: String
        let reason: String
        let attempts: Int
        let startsAt: String?
        let progress: RunProgress?
    }

    /// Asks the daemon.
    ///
    /// - Throws: `notFound` where none works with the state.
    static func ask(_ options: GlobalOptions) throws -> DaemonStatus {
        try document(options).status
    }

    /// Asks the daemon; its answer as it came, too.
    static func document(_ options: GlobalOptions) throws -> (status: DaemonStatus, document: JSONValue) {
        let answer = try ControlClient.ask(ControlRequest(.status), state: options.stateFolder)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let document = answer.document,
            let status = try? decoder.decode(DaemonStatus.self, from: Data(ServiceJSON.text(document).utf8))
        else {
            throw PerigeeError(
                .format, "the answer of the daemon is not understood", at: options.stateFolder,
                remedy: "use perigee of the version of the daemon")
        }
        return (status, document)
    }
}
