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
        try found(store.replies(to: [Self.question])[0])
    }

    /// What to ask for the state.
    static var question: BlobQuestion { .fetch(VaultLayout.gc, limit: ByteCount(GcState.sizeMax)) }

    /// The state that `reply` brought.
    func found(_ reply: BlobReply) throws -> (state: GcState, condition: PutCondition) {
        let name = VaultLayout.gc
        switch reply {
        case .blob(let blob, .some(let version)):
            return (try GcState(decoding: sealing.open(blob, as: name), at: name.text), .matches(version))
        case .failed(let error): throw error
        case .absent, .blob, .page: return (GcState(), .absent)
        }
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
