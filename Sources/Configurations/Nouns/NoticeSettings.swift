/// Who is told of what.
public struct NoticeSettings: Sendable, Equatable {
    /// What there is to tell.
    public enum Event: String, Sendable, CaseIterable {
        /// A run is done.
        case done
        /// A run is done, but not for all files.
        case partial
        /// A run failed.
        case failed
        /// A replica is older than its rule allows, or a run missed its window.
        case late
        /// Damage was found.
        case damaged
        /// A policy or a guard refused.
        case refused
    }

    /// How it is told.
    public enum Way: Sendable, Equatable {
        /// As JSON to a URL, with a token where one is needed.
        case webhook(String, token: SecretReference?)
        /// By a command that takes a mail on its standard input, to an address.
        case mail(String, command: String)
    }

    /// What it is called.
    public var name: String
    /// Where it is described.
    public var position: Position
    /// What is told.
    public var events: [Event]
    /// How.
    public var way: Way
}
