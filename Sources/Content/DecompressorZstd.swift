internal import CZstd
internal import Model

/// A Zstandard decompressor whose memory is used again and again.
///
/// For one thread.
final class DecompressorZstd {
    private let context: OpaquePointer

    /// - Throws: ``PerigeeError`` (`limit`) where memory is short.
    init() throws {
        guard let context = ZSTD_createDCtx() else {
            throw PerigeeError(.limit, "there is no memory for a decompressor", canRetry: true)
        }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Fills `plain` exactly from `frame`; false where it cannot, and `plain` then holds anything.
    func decompress(_ frame: UnsafeRawBufferPointer, into plain: UnsafeMutableRawBufferPointer) -> Bool {
        // The library writes no more than plain.count bytes, whatever the frame says, and allocates no window.
        ZSTD_decompressDCtx(context, plain.baseAddress, plain.count, frame.baseAddress, frame.count) == plain.count
    }
}
