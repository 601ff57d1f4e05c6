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
    /// How many bytes have gone towards the other port, and back, of each connection that came.
    public let passed = Monitor<[Int]>([])
    private let socket: Int32
    private let ends = Monitor<[DescriptorStream]>([])

    /// A port in the place of `target`, to which bytes are under way for `milliseconds`, and back as long.
    public init(to target: UInt16, milliseconds: Int) throws {
        let (listening, port) = try LocalPort.listening()
        (socket, self.port) = (listening, port)
        let (passed, ends) = (passed, ends)
        Companion {
            defer { close(listening) }
            while true {
                let came = accept(listening, nil, nil)
                guard came >= 0 else { return }
                guard let onward = LocalPort.connected(to: target) else {
                    close(came)
                    continue
                }
                let number = passed.change { passed in
                    passed.append(0)
                    return passed.count - 1
                }
                let near = DescriptorStream(reading: came, writing: came, peer: "near")
                let far = DescriptorStream(reading: onward, writing: onward, peer: "far")
                ends.change { $0.append(far) }
                for (source, end) in [(near, far), (far, near)] {
                    let line = DelayLine(end, delay: .milliseconds(milliseconds), rate: nil)
                    Companion { Self.pass(from: source, by: line) { count in passed.change { $0[number] += count } } }
                        .leave()
                }
            }
        }.leave()
    }

    /// Cuts the connection that came as this one, from 0.
    public func cut(_ number: Int) { ends.read { $0[number] }.close() }

    // What waits for the next connection ends, and closes the socket.
    deinit { shutdown(socket, Int32(SHUT_RDWR)) }

    private static func pass(
        from source: DescriptorStream, by line: DelayLine, _ count: (Int) -> Void
    ) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            guard let got = try? buffer.withUnsafeMutableBytes({ try source.read(into: $0, for: .seconds(600)) }),
                got > 0, (try? line.put(Array(buffer[..<got]))) != nil
            else { return line.finish() }
            count(got)
        }
    }
}
