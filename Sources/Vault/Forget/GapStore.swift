internal import Content
internal import Model
internal import Storage

/// Reads and changes what says which snapshots of a dataset were forgotten.
struct GapStore: Sendable {
    let store: any BlobStore
    let keys: MasterKeys
    let vault: VaultDescriptor
    let environment: VaultEnvironment

    private var sealing: SealedBlob { SealedBlob(magic: HistoryGaps.magic, key: keys.gaps, vault: vault) }

    /// The gaps of `dataset`, and the condition under which they are still those.
    func read(_ dataset: String) throws -> (gaps: HistoryGaps, condition: PutCondition) {
        try found(store.replies(to: [question(dataset)])[0], dataset)
    }

    /// What to ask for the gaps of `dataset`.
    func question(_ dataset: String) -> BlobQuestion {
        .fetch(VaultLayout.gaps(keys.tag(of: dataset)), limit: ByteCount(HistoryGaps.sizeMax))
    }

    /// The gaps that `reply` brought.
    func found(_ reply: BlobReply, _ dataset: String) throws -> (gaps: HistoryGaps, condition: PutCondition) {
        let name = VaultLayout.gaps(keys.tag(of: dataset))
        switch reply {
        case .blob(let blob, .some(let version)):
            return (try HistoryGaps(decoding: sealing.open(blob, as: name), at: name.text), .matches(version))
        case .failed(let error): throw error
        case .absent, .blob, .page: return (HistoryGaps(), .absent)
        }
    }

    /// Puts `gaps` in the place of those that `condition` speaks of.
    ///
    /// - Returns: the condition under which they are still those.
    /// - Throws: `conflict` where somebody else has changed them.
    @discardableResult
    func write(_ gaps: HistoryGaps, of dataset: String, if condition: PutCondition) throws -> PutCondition {
        let name = VaultLayout.gaps(keys.tag(of: dataset))
        guard gaps.next.count <= HistoryGaps.countMax else {
            throw PerigeeError(
                .limit, "the history would have more than \(HistoryGaps.countMax) gaps", at: dataset,
                remedy: "forget more, so that fewer snapshots stay")
        }
        let blob = try sealing.close(gaps.plain, as: name, environment: environment)
        return .matches(try store.put(name, blob, if: condition))
    }
}
