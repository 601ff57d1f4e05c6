internal import Glibc

/// A new file that is written from its beginning to its end.
package final class OutputFile {
    private let path: String
    private let descriptor: Int32

    /// Makes the file; there must be none of that name.
    package init(_ path: String, mode: UInt32 = 0o644) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw PeersError("\(path) cannot be made: \(lastSystemError())") }
    }

    deinit { close(descriptor) }

    /// Appends `bytes`.
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw PeersError("\(path) cannot be written: \(lastSystemError())")
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Appends `bytes`.
    package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

    /// Gives the file permissions and a time of modification.
    package func set(mode: UInt32? = nil, modified: FileTime) throws {
        var times = [modified.system, modified.system]
        guard mode.map({ fchmod(descriptor, $0) == 0 }) ?? true, futimens(descriptor, &times) == 0 else {
            throw PeersError("\(path) cannot be given its time and permissions: \(lastSystemError())")
        }
    }
}

/// What the system said last, in words.
func lastSystemError() -> String { String(cString: strerror(errno)) }
