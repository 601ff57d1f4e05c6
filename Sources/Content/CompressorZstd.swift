internal import CZstd
internal import Model

/// A Zstandard compressor whose memory is used again and again.
///
/// For one thread.
final class CompressorZstd {
    private let context: OpaquePointer

    /// A compressor of `level`.
    ///
    /// - Throws: ``PerigeeError`` (`limit`) where memory is short.
    init(level: Int) throws {
        guard let context = ZSTD_createCCtx() else {
            throw PerigeeError(.limit, "there is no memory for a compressor", canRetry: true)
        }
        self.context = context
        set(ZSTD_c_compressionLevel, to: level)
    }

    deinit { ZSTD_freeCCtx(context) }

    /// Sets a parameter for all frames to come; one that the library refuses stays as it was.
    func set(_ parameter: ZSTD_cParameter, to value: Int) {
        _ = ZSTD_CCtx_setParameter(context, parameter, Int32(clamping: value))
    }

    /// Writes `plain` to `out` as one frame that tells its length.
    ///
    /// - Returns: the frame's length; nil where `out` is too small for it, or memory is short.
    func compress(_ plain: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) -> Int? {
        let count = ZSTD_compress2(context, out.baseAddress, out.count, plain.baseAddress, plain.count)
        return ZSTD_isError(count) == 0 ? count : nil
    }
}
