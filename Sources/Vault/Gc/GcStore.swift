internal import Model
internal import Storage

/// Reads and changes the state of garbage collection.
struct GcStore: Sendable {
    let store: any BlobStore
    let keys: MasterKeys
    let vault: VaultDescriptor
    let environment: VaultEnvironment

    private var sealing: SealedBlob { SealedBlob(magic: GcState.magic, key: keys.gc, vault: vault) }

    /// The state, and the condition under which it is still that; of a vault that no gc has seen, a new one.
    func read() throws -> (state: GcState, condition: PutCondition) {
        let name = VaultLayout.gc
        guard let (blob, version) = try store.fetch(name, limit: ByteCount(GcState.sizeMax)) else {
            return (GcState(), .absent)
        }
        return (try GcState(decoding: sealing.open(blob, as: name), at: name.text), .matches(version))
    }

    /// Puts `state` in the place of the one that `condition` speaks of.
    ///
    /// - Returns: the condition under which it is still that.
    /// - Throws: `conflict` where somebody else has changed it.
    @discardableResult
    func write(_ state: GcState, if condition: PutCondition) throws -> PutCondition {
        let blob = try sealing.close(state.plain, as: VaultLayout.gc, environment: environment)
        return .matches(try store.put(VaultLayout.gc, blob, if: condition))
    }
}
