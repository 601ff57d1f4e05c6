internal import Catalog
internal import Model

/// The files of the daemon in its state.
enum DaemonState {
    /// The catalog.
    static func catalog(_ options: GlobalOptions) -> String { "\(options.stateFolder)/catalog.sqlite" }

    /// Held by the daemon while it works.
    static func lock(_ options: GlobalOptions) -> String { "\(options.stateFolder)/daemon.lock" }
}
