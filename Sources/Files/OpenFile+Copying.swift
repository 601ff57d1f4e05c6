internal import CSyscalls
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension OpenFile {
    /// Makes this file share all blocks of `source`, if the file system can (FICLONE): no byte is copied.
    ///
    /// - Returns: false where these two files cannot share blocks.
    public func clone(_ source: borrowing OpenFile) throws(PerigeeError) -> Bool {
        try cloned(csys_clone(descriptor, source.descriptor))
    }

    /// Makes `range` of this file, at `offset`, share its blocks with `range` of `source` (FICLONERANGE).
    ///
    /// - Returns: false where these two files, or an unaligned range of them, cannot share blocks.
    public func cloneRange(
        _ source: borrowing OpenFile, _ range: Extent, to offset: UInt64
    ) throws(PerigeeError) -> Bool {
        // A length of zero means "to the end" to the kernel.
        guard range.length > 0 else { return true }
        return try cloned(csys_clone_range(descriptor, source.descriptor, range.offset, range.length, offset))
    }

    private func cloned(_ result: Int32) throws(PerigeeError) -> Bool {
        switch -result {
        case 0: return true
        case EOPNOTSUPP, ENOTTY, ENOSYS, EXDEV, EINVAL, EBADF, EPERM, ETXTBSY, EISDIR: return false
        default: throw posixError(-result, "cannot share its blocks", place)
        }
    }

    /// How a range was copied.
    public enum CopyMethod: Sendable {
        /// By the kernel, without passing through the program (copy_file_range).
        case kernel
        /// By reading and writing.
        case buffer
    }

    /// Copies `range` of `source` to `offset` of this file.
    ///
    /// Several threads may copy different ranges at once.
    ///
    /// - Parameters:
    ///   - method: What to try first; `kernel` falls back to `buffer` where the two files do not allow it.
    ///   - scratch: Memory for `buffer`; 256 KiB to 1 MiB do well.
    /// - Returns: how many bytes were copied (fewer than asked for where the source ended) and by what.
    public func copyRange(
        from source: borrowing OpenFile, _ range: Extent, to offset: UInt64, _ method: CopyMethod = .kernel,
        scratch: UnsafeMutableRawBufferPointer
    ) throws(PerigeeError) -> (count: UInt64, method: CopyMethod) {
        guard Int64(exactly: range.offset) != nil, Int64(exactly: offset) != nil, range.length <= Int64.max / 2,
            range.offset <= Int64.max / 2, offset <= Int64.max / 2
        else { throw posixError(EFBIG, "cannot copy it", place) }
        var done: UInt64 = 0
        if method == .kernel {
            while done < range.length {
                let wish = Int(min(range.length - done, 1 << 30))
                let count = uninterrupted {
                    csys_copy_range(
                        source.descriptor, Int64(range.offset + done), descriptor, Int64(offset + done), wish)
                }
                if count <= 0 {
                    // Zero is the end of the source, or a file system that lies about it (such as /proc): reading tells.
                    guard count == 0 || Self.isKernelRefusal(Int32(-count)) else {
                        throw posixError(Int32(-count), "cannot copy to it", place)
                    }
                    break
                }
                done += UInt64(count)
            }
            if done == range.length { return (done, .kernel) }
        }
        let rest = Extent(offset: range.offset + done, length: range.length - done)
        return (done + (try copyThrough(scratch, source, rest, to: offset + done)), .buffer)
    }

    /// Whether it is worth going on by reading and writing; for EIO, since these tell which of the two files failed.
    private static func isKernelRefusal(_ number: Int32) -> Bool {
        [EIO, EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EBADF, EPERM, ETXTBSY].contains(number)
    }

    private func copyThrough(
        _ scratch: UnsafeMutableRawBufferPointer, _ source: borrowing OpenFile, _ range: Extent, to offset: UInt64
    ) throws(PerigeeError) -> UInt64 {
        var done: UInt64 = 0
        while done < range.length {
            let wish = Int(min(range.length - done, UInt64(scratch.count)))
            let part = UnsafeMutableRawBufferPointer(rebasing: scratch[..<wish])
            let count = try source.read(into: part, at: range.offset + done)
            try write(UnsafeRawBufferPointer(rebasing: part[..<count]), at: offset + done)
            done += UInt64(count)
            if count < wish { break }
        }
        return done
    }
}
