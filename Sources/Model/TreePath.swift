/// A place in a tree: the names from its root down, joined by `/`.
///
/// Names are bytes, not text: whatever the file system allows. The empty path is the root itself. Paths are ordered name
/// by name, so that what lies in a folder follows the folder directly, before any sibling: `a`, `a/b`, `a-b`. That is the
/// order of the bytes with `/` counted as zero, which no name contains.
public struct TreePath: Hashable, Sendable {
    /// The names joined by `/`; no leading, trailing or doubled `/`.
    public let bytes: [UInt8]

    /// The root.
    public static let root = TreePath(trusted: [])

    /// A path whose form the caller vouches for.
    public init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// A path from bytes of unknown origin.
    ///
    /// - Returns: nil where a name is empty, `.`, `..` or holds a zero byte: such a path must never reach a file system.
    public init?(validating bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.withUnsafeBufferPointer(Self.hasNames) else { return nil }
        self.bytes = bytes
    }

    /// Whether all names in `bytes` are such as a file system may be given; asked of each path that comes, so that nothing is
    /// allotted for it.
    private static func hasNames(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let (dot, slash) = (UInt8(ascii: "."), UInt8(ascii: "/"))
        if bytes.isEmpty { return true }
        var start = 0
        for index in 0...bytes.count where index == bytes.count || bytes[index] == slash || bytes[index] == 0 {
            if index < bytes.count, bytes[index] == 0 { return false }
            let count = index - start
            if count == 0 || count <= 2 && bytes[start] == dot && bytes[index - 1] == dot { return false }
            start = index + 1
        }
        return true
    }

    /// A path from text such as `docs/a.txt`; leading and trailing slashes and `.` names are dropped.
    ///
    /// - Returns: nil where a name is `..` or holds a zero byte.
    public init?(_ text: String) {
        let names = Array(text.utf8).split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual([0x2e]) }
        self.init(validating: Array(names.joined(separator: [UInt8(ascii: "/")])))
    }

    /// Whether this is the root.
    public var isRoot: Bool { bytes.isEmpty }

    /// The names from the root down.
    public var names: [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "/")) }

    /// The last name; empty for the root.
    public var name: ArraySlice<UInt8> {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes[...] }
        return bytes[(slash + 1)...]
    }

    /// The folder that this lies in; the root's parent is the root.
    public var parent: TreePath {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return .root }
        return TreePath(trusted: Array(bytes[..<slash]))
    }

    /// The path of `name` in this folder.
    public func appending(_ name: some Collection<UInt8>) -> TreePath {
        guard !bytes.isEmpty else { return TreePath(trusted: Array(name)) }
        var joined = [UInt8]()
        joined.reserveCapacity(bytes.count + 1 + name.count)
        joined.append(contentsOf: bytes)
        joined.append(UInt8(ascii: "/"))
        joined.append(contentsOf: name)
        return TreePath(trusted: joined)
    }

    /// Whether this is `folder` or lies anywhere below it.
    public func isWithin(_ folder: TreePath) -> Bool {
        guard !folder.isRoot else { return true }
        guard bytes.starts(with: folder.bytes) else { return false }
        return bytes.count == folder.bytes.count || bytes[folder.bytes.count] == UInt8(ascii: "/")
    }
}

extension TreePath: Comparable {
    /// Orders name by name; a folder comes before what lies in it, and that before the folder's next sibling.
    public static func < (a: TreePath, b: TreePath) -> Bool {
        a.bytes.withUnsafeBufferPointer { x in
            b.bytes.withUnsafeBufferPointer { y in
                let count = min(x.count, y.count)
                for i in 0..<count where x[i] != y[i] {
                    let slash = UInt8(ascii: "/")
                    return (x[i] == slash ? 0 : x[i]) < (y[i] == slash ? 0 : y[i])
                }
                return x.count < y.count
            }
        }
    }
}

extension TreePath: CustomStringConvertible {
    /// The path for people: valid UTF-8 as it is, control characters and other bytes as `\xNN`; the root as `.`.
    public var description: String { isRoot ? "." : TreePath.printable(bytes) }

    /// `bytes` as text that is safe on a terminal: control characters, backslashes and bytes that are not UTF-8 as `\xNN`.
    public static func printable(_ bytes: some Collection<UInt8>) -> String {
        let isPlain = bytes.withContiguousStorageIfAvailable { $0.allSatisfy { (0x20..<0x7f) ~= $0 && $0 != 0x5c } }
        if isPlain == true { return String(decoding: bytes, as: UTF8.self) }
        func escape(_ byte: UInt8) -> String {
            "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return bytes.reduce(into: "") { out, byte in
                if byte >= 0x20, byte < 0x7f, byte != 0x5c {
                    out.unicodeScalars.append(Unicode.Scalar(byte))
                } else {
                    out += escape(byte)
                }
            }
        }
        return text.unicodeScalars.reduce(into: "") { out, scalar in
            switch scalar.value {
            case 0x5c, ..<0x20, 0x7f..<0xa0: out += escape(UInt8(scalar.value))
            default: out.unicodeScalars.append(scalar)
            }
        }
    }
}
