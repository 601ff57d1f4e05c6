internal import CSyscalls

extension OpenFile {
    /// Has the system begin to write these bytes to the device, so that a later ``sync()`` has less to wait for.
    ///
    /// A count of 0 means up to the end. Advice only: it promises nothing, and a file system that does not take it is none the worse.
    public func beginWriteback(from offset: UInt64, count: UInt64) {
        guard let offset = Int64(exactly: offset), let count = Int64(exactly: count) else { return }
        _ = csys_begin_writeback(descriptor, offset, count)
    }
}
