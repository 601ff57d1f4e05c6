import Foundation

/// Bytes that end where readable memory ends: to read or write beyond them kills the test.
final class CodecGuardedBytes {
    private let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    private let memory: UnsafeMutableRawPointer
    private let capacity: Int

    /// Room for up to `capacity` bytes.
    init(capacity: Int) {
        self.capacity = (capacity + page) / page * page
        let size = self.capacity + page
        guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED, mprotect(memory + self.capacity, page, PROT_NONE) == 0
        else { fatalError("no memory for a guarded test") }
        self.memory = memory
    }

    deinit { munmap(memory, capacity + page) }

    /// The last `count` bytes.
    func last(_ count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: memory + capacity - count, count: count)
    }
}
