public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The error of a system call that failed with the error number `number` while `doing` something at `place`.
///
/// The message reads `doing: what the system says`; the remedy is one for the kind of failure.
public func posixError(_ number: Int32, _ doing: String, _ place: String? = nil) -> PerigeeError {
    let kind = PosixKind(number)
    return PerigeeError(
        kind.code, "\(doing): \(systemText(number))", at: place, remedy: kind.remedy, canRetry: kind.canRetry)
}

/// The same, with a path of bytes for the place.
public func posixError(_ number: Int32, _ doing: String, path: some Collection<UInt8>) -> PerigeeError {
    posixError(number, doing, path.isEmpty ? "." : TreePath.printable(path))
}

/// What the system calls error `number`, in lower case.
public func systemText(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    let isKnown = strerror_r(number, &buffer, buffer.count) == 0
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let text = isKnown ? String(decoding: bytes, as: UTF8.self) : "error \(number)"
    return text.prefix(1).lowercased() + text.dropFirst()
}

/// What an error number means to a user: a code, what to do, whether to try again.
private struct PosixKind {
    var code: PerigeeError.Code
    var remedy: String?
    var canRetry = false

    init(_ number: Int32) {
        switch number {
        case ENOSPC: (code, remedy) = (.noSpace, "free some space there and run the same command again")
        case EDQUOT: (code, remedy) = (.noSpace, "the quota is used up: free some space or have it raised")
        case EACCES, EPERM: (code, remedy) = (.denied, "check owner and mode, or run as a user who may")
        case EROFS:
            (code, remedy) = (.readOnly, "it is mounted read-only: mount it for writing or choose another place")
        case ENOENT: (code, remedy) = (.notFound, "check the path")
        case EEXIST, ENOTEMPTY: (code, remedy) = (.exists, "remove it or choose another name")
        case ENOTDIR: (code, remedy) = (.io, "something on the way is no folder: check the path")
        case ELOOP, EXDEV: (code, remedy) = (.refused, "a link is in the way, and links are not followed here")
        case ENAMETOOLONG: (code, remedy) = (.limit, "this file system takes no name as long as that")
        case EMFILE, ENFILE: (code, remedy) = (.limit, "raise the limit of open files (ulimit -n)")
        case ENOSYS, EOPNOTSUPP, ENOTTY: (code, remedy) = (.unsupported, "use another file system or leave that out")
        case EBUSY, ETXTBSY: (code, remedy, canRetry) = (.conflict, "it is in use: try again later", true)
        case EIO: (code, remedy) = (.io, "look into the system's log: the device may be failing")
        case ESTALE: (code, remedy, canRetry) = (.io, "the file server lost it: try again", true)
        default: (code, remedy) = (.io, "look into the system's log")
        }
    }
}
