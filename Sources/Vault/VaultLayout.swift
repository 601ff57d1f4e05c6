internal import Content
internal import Hashing
public import Storage

/// The names of a vault's blobs.
///
/// | blob | what it is |
/// |---|---|
/// | `descriptor` | ``VaultDescriptor``, readable by all, never changed |
/// | `keys/<id>` | ``WrappedKey``: the master key under one passphrase or key file |
/// | `keyring` | the ID key and the epochs' keys, sealed under the master key, changed by compare-and-set |
/// | `packs/ab/<digest>` | packs of sealed chunks and pages, named by the BLAKE3 of their bytes |
/// | `index/ab/<digest>` | ``IndexSegment``, named by the BLAKE3 of its bytes |
/// | `snapshots/<tag>/<id>` | a snapshot's page as one sealed record |
/// | `capabilities` | what the object store around the vault honours; not in folders |
/// | `lease` | who may write, where only one may |
/// | `refs/<tag>` | ``Ref``, sealed: which snapshot a dataset is at, changed by compare-and-set |
/// | `gaps/<tag>` | ``HistoryGaps``, sealed: where snapshots of a dataset were forgotten, changed by compare-and-set |
/// | `gc` | ``GcState``, sealed: what a gc has condemned, changed by compare-and-set |
///
/// A tag is the keyed hash of the dataset's name, so that a store without the keys does not learn names.
public enum VaultLayout {
    static let descriptor = key("descriptor")
    static let keyring = key("keyring")
    /// What the object store around the vault honours; written and read by those who open stores.
    public static let capabilities = key("capabilities")
    /// Who may write, where only one may; likewise.
    public static let lease = key("lease")
    static let gc = key("gc")
    static let keysPrefix = "keys/"
    static let packsPrefix = "packs/"
    static let indexPrefix = "index/"
    static let refsPrefix = "refs/"
    static let snapshotsPrefix = "snapshots/"

    /// Whether a blob is never replaced by another of the same key, being named by its bytes.
    public static func isUnchanging(_ key: BlobKey) -> Bool {
        key.text.hasPrefix(packsPrefix) || key.text.hasPrefix(indexPrefix)
    }

    /// Whether a blob is a pack.
    public static func isPack(_ key: BlobKey) -> Bool { key.text.hasPrefix(packsPrefix) }

    static func wrappedKey(_ id: String) -> BlobKey { key("keys/\(id)") }
    static func pack(_ name: Digest) -> BlobKey { BlobKey("packs", name) }
    static func index(_ name: Digest) -> BlobKey { BlobKey("index", name) }
    static func ref(_ tag: String) -> BlobKey { key("refs/\(tag)") }
    static let gapsPrefix = "gaps/"
    static func gaps(_ tag: String) -> BlobKey { key("gaps/\(tag)") }
    /// What the snapshots of a dataset begin with.
    static func snapshots(_ tag: String) -> String { "\(snapshotsPrefix)\(tag)/" }
    static func snapshot(_ tag: String, _ id: ContentID) -> BlobKey { key("snapshots/\(tag)/\(id.digest.hex)") }

    /// The digest that a key such as `packs/ab/abcd...` ends in; nil where the key is not of that form.
    static func digest(of key: BlobKey, folder: StaticString) -> Digest? {
        guard let slash = key.text.lastIndex(of: "/"),
            let digest = Digest(hex: key.text[key.text.index(after: slash)...]), BlobKey(folder, digest) == key
        else { return nil }
        return digest
    }

    /// The pack in which `place`, as damages name it, is; nil where it is in none.
    static func pack(in place: String) -> Digest? {
        let blob = place.prefix { $0 != "," }
        return BlobKey(String(blob)).flatMap { digest(of: $0, folder: "packs") }
    }

    /// What a gc calls the snapshot in the blob `key`; nil where the key is not of that form.
    static func snapshotName(of key: BlobKey) -> GcState.SnapshotName? {
        let parts = key.text.split(separator: "/")
        guard parts.count == 3, let tag = Hexadecimal.decode(parts[1]), tag.count == 16,
            let id = ContentID(hex: parts[2]), snapshot(String(parts[1]), id) == key
        else { return nil }
        return GcState.SnapshotName(tag: tag, id: id)
    }

    /// A key whose text is made here of hexadecimal digits and literals.
    private static func key(_ text: String) -> BlobKey {
        guard let key = BlobKey(text) else { preconditionFailure("\(text) is no blob key") }
        return key
    }
}
