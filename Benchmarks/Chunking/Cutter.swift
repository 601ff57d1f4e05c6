import CRivals
import Hashing

/// A way to cut, with a free length by which its mean can be set.
enum Cutter: String {
    case perigee
    case fastCDC1 = "FastCDC NC2, one byte a step"
    case fastCDC2 = "FastCDC NC2, two bytes a step"
    case gear = "gear hash with one mask (as xet)"
    case ram = "RAM in AVX2 (as VectorCDC)"

    /// The length of the first chunk; `dial` sets the mean and means something else to each.
    func first(_ dial: Int) -> (UnsafeRawBufferPointer) -> Int {
        let bounds = (minimum: 16 << 10, maximum: 256 << 10)
        switch self {
        case .perigee:
            let chunker = Chunker(.standard)
            return { chunker.first($0, isLast: true) ?? $0.count }
        case .fastCDC1, .fastCDC2:
            let rule = Rule(normal: dial, minimum: bounds.minimum, maximum: bounds.maximum)
            let cut = self == .fastCDC1 ? rival_fastcdc_cut1 : rival_fastcdc_cut2
            return { bytes in
                Int(cut(rule.pointer, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count))
            }
        case .gear:
            // The mask is fixed; the least length is what is turned.
            let rule = Rule(normal: dial, minimum: max(64, dial), maximum: 2 * bounds.maximum)
            return { bytes in
                Int(
                    rival_gear_cut(rule.pointer, 16, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count)
                )
            }
        case .ram:
            return { bytes in
                Int(
                    rival_ram_cut(
                        dial, bounds.maximum, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count))
            }
        }
    }

    /// A dial that gives a mean of about 64 KiB on random bytes.
    var usualDial: Int {
        switch self {
        case .perigee: 0
        case .fastCDC1, .fastCDC2: 53_894
        case .gear: 8 << 10
        case .ram: 65_200
        }
    }

    /// FastCDC's tables in memory that stays where it is.
    private final class Rule {
        let pointer = UnsafeMutablePointer<rival_fastcdc>.allocate(capacity: 1)

        init(normal: Int, minimum: Int, maximum: Int) {
            rival_fastcdc_init(pointer, 16, minimum, max(minimum, normal), maximum)
        }

        deinit { pointer.deallocate() }
    }
}
