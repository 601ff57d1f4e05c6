internal import Model
internal import Wire
public import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A port of this host behind which another one seems to be far away: what is sent to either side takes its time.
public final class SlowPort: Sendable {
    /// Where to connect to.
    public let port: UInt16
    /// How many connections have come.
    public let count = Monitor(0)
    private let socket: Int32

    /// A port in the place of `target`, to which bytes are under way for `milliseconds`, and back as long.
    public init(to target: UInt16, milliseconds: Int) throws {
        let (listening, port) = try LocalPort.listening()
        (socket, self.port) = (listening, port)
        let count = count
        Companion {
            while true {
                let came = accept(listening, nil, nil)
                guard came >= 0 else { return }
                guard let onward = LocalPort.connected(to: target) else {
                    close(came)
                    continue
                }
                count.change { $0 += 1 }
                let near = DescriptorStream(reading: came, writing: came, peer: "near")
                let far = DescriptorStream(reading: onward, writing: onward, peer: "far")
                for (source, end) in [(near, far), (far, near)] {
                    let line = DelayLine(end, delay: .milliseconds(milliseconds), rate: nil)
                    Companion { Self.pass(from: source, by: line) }.leave()
                }
            }
        }.leave()
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    private static func pass(from source: DescriptorStream, by line: DelayLine) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            guard let got = try? buffer.withUnsafeMutableBytes({ try source.read(into: $0, for: .seconds(600)) }),
                got > 0, (try? line.put(Array(buffer[..<got]))) != nil
            else { return line.finish() }
        }
    }
}
