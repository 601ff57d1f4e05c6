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
    withUnsafeTemporaryAllocation(byteCount: path.count + 1, alignment: 1) { buffer in
        let bytes = buffer.bindMemory(to: UInt8.self)
        let (_, end) = bytes.initialize(from: path)
        bytes[end] = 0
        if let start = bytes.baseAddress, memchr(start, 0, end) != nil { return Number(-EINVAL) }
        return bytes.withMemoryRebound(to: CChar.self) { pointer in
            guard let start = pointer.baseAddress else { return Number(-EINVAL) }
            return body(start)
        }
    }
}

/// Runs `body` with a name: a path of one component, neither empty nor `.` or `..`; else the answer is `-EINVAL`.
@inline(__always)
func withSystemName<Number: SignedInteger>(
    _ name: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) -> Number
) -> Number {
    let isName =
        !name.isEmpty && !name.contains(UInt8(ascii: "/")) && !name.elementsEqual([0x2e])
        && !name.elementsEqual([0x2e, 0x2e])
    guard isName else { return Number(-EINVAL) }
    return withSystemPath(name, body)
}
