internal import Hashing

/// What is derived from a vault's master key, each key for one use.
struct MasterKeys: Sendable {
    /// The master key itself, to wrap it anew.
    let master: HashKey
    /// Seals the keyring.
    let keyring: HashKey
    /// Seals refs.
    let refs: HashKey
    /// Seals what says which snapshots of a dataset were forgotten.
    let gaps: HashKey
    /// Seals the state of garbage collection.
    let gc: HashKey
    /// Keys the hash of dataset names.
    let tags: HashKey

    init(_ master: HashKey) {
        func derive(_ context: String) -> HashKey {
            master.withUnsafeBytes { KeyDeriver(context: context).derive($0) }
        }
        self.master = master
        keyring = derive("perigee 2026-11 keyring sealing key v1")
        refs = derive("perigee 2026-11 ref sealing key v1")
        gaps = derive("perigee 2026-11 history gaps sealing key v1")
        gc = derive("perigee 2026-11 gc sealing key v1")
        tags = derive("perigee 2026-11 dataset tag key v1")
    }

    /// What a dataset's blobs are filed under: the first 16 bytes of the keyed hash of its name, in hexadecimal digits.
    func tag(of dataset: String) -> String {
        Array(dataset.utf8).withUnsafeBytes { Blake3.hash($0, key: tags) }
            .withUnsafeBytes { Hexadecimal.encode($0.prefix(16)) }
    }
}
