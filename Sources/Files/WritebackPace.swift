internal import CSyscalls
internal import Synchronization

/// Has the system begin to write a file to the device every so many bytes, so that a later sync has less to wait for.
///
/// Advice only: it promises nothing, and a file system that does not take it is none the worse. Several threads may write to the
/// file, each its own range.
public struct WritebackPace: ~Copyable, Sendable {
    private let step: Int
    private let written = Atomic<Int>(0)

    /// A pace of a file of which nothing was written.
    public init(every step: Int) { self.step = step }

    /// So many bytes more were written to `file`.
    public borrowing func note(_ count: Int, to file: borrowing OpenFile) {
        let (before, after) = written.wrappingAdd(count, ordering: .relaxed)
        // What is clean, or on its way already, costs nothing: so all of it may be asked for, wherever it was written.
        if before / step != after / step { _ = csys_begin_writeback(file.descriptor, 0, 0) }
    }
}
