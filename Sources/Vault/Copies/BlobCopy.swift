internal import Files
internal import Hashing
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A copy, in a folder of this machine, of a blob that is being written elsewhere: whoever needs it next asks nobody for it.
///
/// Only a courtesy: where anything goes wrong with it there is none, and nothing is said. What was kept is held against the
/// blob's name before it is used, which is the digest of its bytes.
final class BlobCopy {
    /// What is copied.
    enum Kind: String {
        case segment = "index"
        /// A pack of pages.
        case pages
    }

    private let folder: String
    private let kind: Kind
    private let aside: String
    private let file: OpenFile
    private var length: UInt64 = 0
    private var isWhole = true

    /// Begins a copy in `folder`; nil where there is none, or it cannot be written.
    init?(in folder: String?, _ kind: Kind) {
        guard let folder else { return nil }
        (self.folder, self.kind) = (folder, kind)
        aside = "\(folder)/\(kind.rawValue).\(getpid()).\(UInt64.random(in: 0 ... .max))"
        guard let file = try? OpenFile(writing: aside, mode: 0o600) else { return nil }
        self.file = file
    }

    // Where it was kept there is nothing of that name any more.
    deinit { unlink(aside) }

    /// Adds what was written.
    func append(_ bytes: UnsafeRawBufferPointer) {
        do {
            if isWhole { try file.write(bytes, at: length) }
            length += UInt64(bytes.count)
        } catch {
            isWhole = false
        }
    }

    /// Keeps it as the copy of the blob called `name`, which is there now.
    func keep(as name: Digest) { if isWhole { rename(aside, Self.path(of: name, kind, in: folder)) } }

    /// Where the copy of a blob lies, if there is one.
    static func path(of name: Digest, _ kind: Kind, in folder: String) -> String {
        "\(folder)/\(name.hex).\(kind.rawValue)"
    }

    /// The name of the blob that a file of the folder is the copy of; nil for any other file.
    static func name(of file: String, _ kind: Kind) -> Digest? {
        file.hasSuffix(".\(kind.rawValue)") ? Digest(hex: file.dropLast(kind.rawValue.count + 1)) : nil
    }
}
