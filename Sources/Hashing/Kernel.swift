internal import CHash

/// One form of the byte work, by the instructions it needs.
///
/// Every form gives the same bytes.
public enum Kernel: String, CaseIterable, Sendable, CustomStringConvertible {
    /// AVX-512: sixteen lanes of 32 bits.
    case avx512
    /// AVX2: eight lanes.
    case avx2
    /// SSE4.1: four lanes.
    case sse41 = "sse4.1"
    /// NEON, on 64-bit ARM: four lanes.
    case neon
    /// Plain C.
    case portable

    /// Those that this processor runs, best first.
    public static let available = allCases.filter(\.isAvailable)

    /// Whether this processor runs it.
    ///
    /// A kernel that it does not run is replaced by the portable one.
    public var isAvailable: Bool { chash_kernel_available(number) }

    /// The kernel's name: `portable`, `sse4.1`, `avx2`, `avx512` or `neon`.
    public var name: String { rawValue }

    /// The kernel's name.
    public var description: String { rawValue }

    /// What the C functions call it.
    package var number: UInt32 {
        switch self {
        case .portable: UInt32(CHASH_KERNEL_PORTABLE)
        case .sse41: UInt32(CHASH_KERNEL_SSE41)
        case .avx2: UInt32(CHASH_KERNEL_AVX2)
        case .avx512: UInt32(CHASH_KERNEL_AVX512)
        case .neon: UInt32(CHASH_KERNEL_NEON)
        }
    }
}

extension Kernel? {
    /// What the C functions call it; the best there is where none is named.
    package var number: UInt32 { self?.number ?? UInt32(CHASH_KERNEL_BEST) }
}
