internal import ArgumentParser
internal import PeersKit

/// `peers relay`: what delays the bytes of a link.
struct Relay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pass connections on, with each byte delayed.", shouldDisplay: false)

    @Option(help: ArgumentHelp("How long a byte takes one way.", valueName: "milliseconds")) var delay: Int
    @Option(help: ArgumentHelp("Where to listen.", valueName: "address:port")) var listen: String
    @Option(help: ArgumentHelp("Where to pass it on.", valueName: "address:port")) var to: String

    func validate() throws {
        guard (0...60_000).contains(delay) else { throw ValidationError("--delay is 0 to 60000 milliseconds.") }
    }

    func run() throws { try DelayRelay(listen: listen, to: to, milliseconds: delay).run() }
}
