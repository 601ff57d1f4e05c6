#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The result of a system call that says -1 and sets `errno`: what it gave, or the negative error number.
///
/// Must be called on the call itself, so that nothing can change `errno` in between.
@inline(__always)
func answer<Number: SignedInteger>(_ result: Number) -> Number { result < 0 ? Number(-errno) : result }

/// `call`, again for as long as a signal interrupts it.
@inline(__always)
func uninterrupted<Number: SignedInteger>(_ call: () -> Number) -> Number {
    while true {
        let result = call()
        if result != Number(-EINTR) { return result }
    }
}

/// Runs `body` with `path` as the zero-terminated bytes that system calls take.
///
/// A path that holds a zero byte gives `body` nothing: the answer is then `-EINVAL`.
@inline(__always)
func withSystemPath<Number: SignedInteger>(
    _ path: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) -> Number
) -> Number {
    withTerminated(path) { start, count in memchr(start, 0, count) == nil ? body(start) : Number(-EINVAL) }
}

/// Runs `body` with a name: a path of one component, neither empty nor `.` or `..`; else the answer is `-EINVAL`.
@inline(__always)
func withSystemName<Number: SignedInteger>(
    _ name: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) -> Number
) -> Number {
    withTerminated(name) { start, count in
        let isName = count > 0 && memchr(start, Int32(UInt8(ascii: "/")), count) == nil && !isDots(start)
        return isName && memchr(start, 0, count) == nil ? body(start) : Number(-EINVAL)
    }
}

/// Whether the zero-terminated `name` is `.` or `..`.
@inline(__always)
private func isDots(_ name: UnsafePointer<CChar>) -> Bool {
    let dot = CChar(UInt8(ascii: "."))
    return name[0] == dot && (name[1] == 0 || (name[1] == dot && name[2] == 0))
}

/// Runs `body` with a copy of `bytes` that a zero byte follows, and their number.
///
/// The bytes are looked at where they are copied to: code for any collection is slow in a caller of another module.
@inline(__always)
private func withTerminated<Number: SignedInteger>(
    _ bytes: some Collection<UInt8>, _ body: (UnsafePointer<CChar>, Int) -> Number
) -> Number {
    let count = bytes.count
    return withUnsafeTemporaryAllocation(byteCount: count + 1, alignment: 1) { copy in
        let isCopied: Void? = bytes.withContiguousStorageIfAvailable {
            copy.copyMemory(from: UnsafeRawBufferPointer($0))
        }
        if isCopied == nil { copy.copyBytes(from: bytes) }
        copy[count] = 0
        return copy.withMemoryRebound(to: CChar.self) { pointer in
            guard let start = pointer.baseAddress else { return Number(-EINVAL) }
            return body(start, count)
        }
    }
}
