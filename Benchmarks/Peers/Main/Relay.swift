internal import ArgumentParser
internal import PeersKit

/// `peers relay`: what delays the packets of a link.
struct Relay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Join two new network interfaces, with each packet delayed.", shouldDisplay: false)

    @Option(help: ArgumentHelp("How long a packet takes one way.", valueName: "microseconds")) var delay: Int
    @Argument(help: ArgumentHelp("The names of both.", valueName: "interface")) var names: [String]

    func validate() throws {
        guard (0...60_000_000).contains(delay) else {
            throw ValidationError("--delay is 0 to 60000000 microseconds.")
        }
        guard names.count == 2 else { throw ValidationError("A link has two ends.") }
    }

    func run() throws { try DelayRelay(between: names, microseconds: delay).run() }
}
