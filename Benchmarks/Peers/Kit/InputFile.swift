internal import Glibc

/// Reading files, block by block.
package enum InputFile {
    /// Bytes of a block.
    static let blockSize = 1 << 20

    /// Gives `body` each block of the file at `path`, in order.
    package static func forEachBlock(of path: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let descriptor = try opened(path)
        defer { close(descriptor) }
        try withUnsafeTemporaryAllocation(byteCount: blockSize, alignment: 64) { block in
            while true {
                let count = try filled(block, from: descriptor, path)
                if count > 0 { try body(UnsafeRawBufferPointer(rebasing: block[..<count])) }
                if count < blockSize { return }
            }
        }
    }

    /// Whether two files hold the same bytes.
    static func same(_ one: String, _ other: String) throws -> Bool {
        let first = try opened(one)
        defer { close(first) }
        let second = try opened(other)
        defer { close(second) }
        return try withUnsafeTemporaryAllocation(byteCount: 2 * blockSize, alignment: 64) { buffer in
            let left = UnsafeMutableRawBufferPointer(rebasing: buffer[..<blockSize])
            let right = UnsafeMutableRawBufferPointer(rebasing: buffer[blockSize...])
            while true {
                let count = try filled(left, from: first, one)
                guard try filled(right, from: second, other) == count else { return false }
                if let a = left.baseAddress, let b = right.baseAddress, memcmp(a, b, count) != 0 { return false }
                if count < blockSize { return true }
            }
        }
    }

    private static func opened(_ path: String) throws -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PeersError("\(path) cannot be opened: \(lastSystemError())") }
        return descriptor
    }

    /// Reads until `block` is full or the file ends; gives the bytes read.
    private static func filled(
        _ block: UnsafeMutableRawBufferPointer, from descriptor: Int32, _ path: String
    ) throws -> Int {
        var held = 0
        while held < block.count {
            let count = read(descriptor, block.baseAddress?.advanced(by: held), block.count - held)
            if count == 0 { break }
            if count > 0 {
                held += count
            } else if errno != EINTR {
                throw PeersError("\(path) cannot be read: \(lastSystemError())")
            }
        }
        return held
    }
}
