#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Reads and writes of a raw descriptor that leave nothing half done.
///
/// All give the negative error number on failure.
package enum Descriptor {
    /// The most that one call asks of the kernel, which does not take more than 2^31 bytes at once.
    private static let largestCall = 1 << 30

    /// Fills `buffer` from `offset` on; stops early only at the end of the file.
    package static func read(_ file: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) -> Int {
        guard let start = buffer.baseAddress else { return 0 }
        guard let offset = off_t(exactly: offset) else { return Int(-EINVAL) }
        var done = 0
        while done < buffer.count {
            let wish = min(buffer.count - done, largestCall)
            let (place, overflow) = offset.addingReportingOverflow(off_t(done))
            guard !overflow else { return done }
            let count = uninterrupted { answer(pread(file, start + done, wish, place)) }
            if count < 0 { return count }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Writes all of `bytes` at `offset`, or at the file's own position.
    package static func write(_ file: Int32, _ bytes: UnsafeRawBufferPointer, at offset: UInt64?) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        guard off_t(exactly: offset ?? 0).map({ !$0.addingReportingOverflow(off_t(bytes.count)).overflow }) ?? false
        else { return Int(-EFBIG) }
        var done = 0
        while done < bytes.count {
            let wish = min(bytes.count - done, largestCall)
            let count = uninterrupted {
                if let offset {
                    return answer(pwrite(file, start + done, wish, off_t(offset) + off_t(done)))
                }
                return answer(writeBytes(file, start + done, wish))
            }
            if count < 0 { return count }
            // A write of nothing without an error does not happen on Linux; a file system that did would loop for ever.
            if count == 0 { return Int(-EIO) }
            done += count
        }
        return done
    }
}

/// write(2), out of reach of the method of the same name.
private func writeBytes(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int { write(file, bytes, count) }
