internal import CTunnel
internal import Foundation
internal import Glibc

/// Two network interfaces of this machine between which each packet is delayed: a round trip for programs on one machine
/// whose kernel cannot delay packets, seen by TCP as by anybody else.
package struct DelayRelay {
    private let ends: [Int32]
    private let nanoseconds: UInt64

    /// A relay between two new interfaces of these names, which takes so many microseconds one way.
    ///
    /// They are there as long as the process is, whichever network namespaces they are moved to.
    package init(between names: [String], microseconds: Int) throws {
        ends = try names.map { name in
            let end = tunnel_open(name)
            guard end >= 0 else {
                throw PeersError("the interface \(name) cannot be made: \(String(cString: strerror(-end)))")
            }
            return end
        }
        nanoseconds = UInt64(clamping: microseconds) * 1000
    }

    /// Serves until the program is ended.
    package func run() -> Never {
        for (source, sink) in [(ends[0], ends[1]), (ends[1], ends[0])] {
            let line = DelayLine(nanoseconds: nanoseconds)
            Thread.detachNewThread { line.fill(from: source) }
            Thread.detachNewThread { line.drain(to: sink) }
        }
        while true { pause() }
    }
}
