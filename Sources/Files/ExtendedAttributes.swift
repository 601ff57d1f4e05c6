internal import CSyscalls
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Whose extended attributes are read and written: an open file's, or those of a name in a folder, itself if it is a link.
public struct ExtendedAttributes {
    private let descriptor: Int32
    private let name: [CChar]?
    /// Held so that it stays open.
    private let folder: FolderHandle?
    // Put together only when somebody asks: most are read and set without an error.
    private let base: String
    private let path: [UInt8]

    private var place: String { FolderHandle.extended(base, path) }

    /// Those of an open file.
    ///
    /// `file` must stay open as long as this is used.
    public init(_ file: borrowing OpenFile) {
        (descriptor, name, folder) = (file.descriptor, nil, nil)
        (base, path) = file.placeParts
    }

    /// Those of an open folder.
    public init(_ folder: FolderHandle) {
        (descriptor, name, self.folder) = (folder.descriptor, nil, folder)
        (base, path) = (folder.place, [])
    }

    /// Those of `name` in `folder`, itself if it is a link.
    public init(_ name: some Collection<UInt8>, in folder: FolderHandle) {
        self.folder = folder
        descriptor = folder.descriptor
        self.name = name.map { CChar(bitPattern: $0) } + [0]
        (base, path) = (folder.place, Array(name))
    }

    /// The most bytes that the kernel gives for a list of names or for one value (XATTR_LIST_MAX, XATTR_SIZE_MAX).
    public static let limit = 65_536

    /// All attributes whose names `isWanted` accepts, sorted by name; none where the file system has no such thing.
    ///
    /// An attribute that vanishes while this reads is left out.
    public func read(where isWanted: (UnsafeRawBufferPointer) -> Bool) throws(PerigeeError) -> [ExtendedAttribute] {
        // Most files have none: ask with a small buffer first.
        var list = [UInt8]()
        for size in [1024, Self.limit] {
            let result = withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { buffer -> Int in
                let count = listNames(buffer)
                if count > 0 { list = Array(buffer[..<count]) }
                return count
            }
            if result == Int(-ERANGE), size < Self.limit { continue }
            if result == Int(-EOPNOTSUPP) || result == 0 { return [] }
            guard result > 0 else { throw posixError(Int32(-result), "cannot list its extended attributes", place) }
            break
        }
        var attributes = [ExtendedAttribute]()
        for name in list.split(separator: 0) where name.withUnsafeBytes(isWanted) {
            guard let value = try value(of: name) else { continue }
            attributes.append(ExtendedAttribute(name: Array(name), value: value))
        }
        return attributes.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// The value of one attribute; nil where there is none of that name.
    public func value(of attribute: some Collection<UInt8>) throws(PerigeeError) -> [UInt8]? {
        var value = [UInt8]()
        for size in [1024, Self.limit] {
            let result = withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { buffer -> Int in
                let count = withSystemPath(attribute) { getValue($0, buffer) }
                if count > 0 { value = Array(buffer[..<count]) }
                return count
            }
            if result == Int(-ERANGE), size < Self.limit { continue }
            if result == Int(-ENODATA) || result == Int(-EOPNOTSUPP) { return nil }
            guard result >= 0 else { throw posixError(Int32(-result), "cannot read an extended attribute", place) }
            break
        }
        return value
    }

    /// Sets one attribute; 0 or the negative error number.
    public func set(_ attribute: ExtendedAttribute) -> Int32 {
        withSystemPath(attribute.name) { key in
            attribute.value.withUnsafeBytes { value in
                uninterrupted {
                    guard let name else { return csys_fsetxattr(descriptor, key, value.baseAddress, value.count) }
                    return csys_setxattrat(descriptor, name, key, value.baseAddress, value.count)
                }
            }
        }
    }

    /// Removes one attribute; 0 or the negative error number, `-ENODATA` where there is none.
    public func remove(_ attribute: some Collection<UInt8>) -> Int32 {
        withSystemPath(attribute) { key in
            guard let name else { return csys_fremovexattr(descriptor, key) }
            return csys_removexattrat(descriptor, name, key)
        }
    }

    private func listNames(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let name else { return csys_flistxattr(descriptor, buffer.baseAddress, buffer.count) }
        return csys_listxattrat(descriptor, name, buffer.baseAddress, buffer.count)
    }

    private func getValue(_ key: UnsafePointer<CChar>, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let name else { return csys_fgetxattr(descriptor, key, buffer.baseAddress, buffer.count) }
        return csys_getxattrat(descriptor, name, key, buffer.baseAddress, buffer.count)
    }
}
