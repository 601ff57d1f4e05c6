import Foundation
import Yardsticks

/// Sealing, beside what `openssl speed` says of this machine.
enum BesideOpenSSL {
    private static let rounds = 3

    /// Records of `size` bytes, beside `openssl speed -evp aes-256-gcm`, which keeps key and nonce and makes no tag.
    static func speed(_ size: Int) -> Yardstick {
        Yardstick(
            "seal", "a record of \(size.byteText), key derived", against: "openssl speed -evp aes-256-gcm",
            threshold: size == 64 << 10 ? 1.0 : nil, target: size == 64 << 10 ? 1.0 : nil
        ) {
            let sealing = try RecordSealing(size)
            var ours: [Double] = [], theirs: [Double] = []
            for _ in 0..<rounds {
                ours.append(try rate(size) { try sealing.seal() })
                theirs.append(try said(size))
            }
            return .count(
                .init(ours.sorted()[rounds / 2], limit: theirs.sorted()[rounds / 2], unit: .bytesPerSecond))
        }
    }

    private static func rate(_ size: Int, _ act: () throws -> Void) throws -> Double {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(1)
        let start = clock.now
        var count = 0
        while clock.now < end {
            for _ in 0..<16 { try act() }
            count += 16
        }
        let spent = start.duration(to: clock.now) / .seconds(1)
        return Double(count * size) / spent
    }

    /// Bytes in a second of processor time, as the program says them: the last field of its line that begins with `+F`.
    private static func said(_ size: Int) throws -> Double {
        let text = try Command.output(
            of: "openssl", "speed", "-mr", "-evp", "aes-256-gcm", "-bytes", "\(size)", "-seconds", "1")
        let line = text.split(separator: "\n").last { $0.hasPrefix("+F:") }
        guard let field = line?.split(separator: ":").last, let rate = Double(field) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return rate
    }
}
