public import Content
internal import Hashing
internal import Model
internal import Storage
internal import Synchronization

/// Says where each chunk and page of a vault lies.
///
/// Immutable sorted segments in files. What is not there costs a cache miss or two for each segment, what is there a
/// read of about a kilobyte besides; memory holds three bytes an entry, mapped, and the heap none. Segments come with
/// each run and are merged as they grow in number. Any thread may look up, at any time; other processes' segments are
/// seen after ``refresh()``.
public final class VaultIndex: Sendable {
    /// How often a listing is taken anew because a listed segment was merged away meanwhile.
    static let listingAttemptsMax = 8

    let store: any BlobStore
    private let opener: SegmentOpener
    private let current: Mutex<IndexView>
    private let generationCount = Atomic<UInt64>(0)
    // Held while the view is replaced, listing included, so that no segment falls out of it in between.
    private let changing = Mutex(())
    private let merging = Mutex(())
    // Whether packs that new segments list are asked for: only those who write rely on what is listed.
    private let checksPacks = Atomic(false)
    private let isAsListed: Bool

    /// Opens all segments of the vault in `store`.
    ///
    /// - Parameter listed: the first page of their listing, where it was asked for before.
    init(store: any BlobStore, cache: String?, listed: [BlobInfo]? = nil) throws {
        self.store = store
        let opener = SegmentOpener(store: store, cache: cache)
        let known = try listed.flatMap { try Self.loadListed(opener, $0) }
        isAsListed = known != nil
        let view = try known ?? Self.load(opener, keeping: IndexView(segments: []), avoided: AvoidedPacks())
        opener.sweep(keeping: Set(view.segments.map(\.name)))
        cache.map { PageCopies(folder: $0) }?.sweep(view.lists(pack:))
        self.opener = opener
        current = Mutex(view)
    }

    /// Where the record of `id` lies; nil where no segment says.
    public func lookup(_ id: ContentID) -> ChunkLocation? { view.location(of: id, filtered: true) }

    /// Whether the vault has `id`.
    ///
    /// In a pack that is known to be missing, or that a gc has condemned, it has not.
    public func contains(_ id: ContentID) -> Bool { view.contains(IndexKey(id)) }

    /// How many entries the segments have; an ID that several list counts with each.
    public var entryCount: Int { view.segments.reduce(0) { $0 + $1.entryCount } }

    /// How many bytes of segments were copied to this machine since it was opened; the next who opens it finds the copies.
    public var copiedBytes: UInt64 { opener.copied.total }

    /// How many segments there are.
    public var segmentCount: Int { view.segments.count }

    /// Sees segments that others wrote or merged meanwhile.
    ///
    /// Listings are no instants: one that is taken while segments are merged can have neither these nor what they were
    /// merged into. What is not found after such a change may be there after another look.
    ///
    /// - Returns: whether there were others than before.
    @discardableResult
    public func refresh() throws -> Bool {
        let before = view
        try load(keeping: view)
        return !view.hasSegments(of: before)
    }

    /// Opens all segments anew, also those that are open: one that was damaged may be whole now, under the same name.
    func reload() throws { try load(keeping: IndexView(segments: [])) }

    private func load(keeping old: @autoclosure () -> IndexView) throws {
        try changing.withLock { _ in
            let known = view
            let fresh = try checked(try Self.load(opener, keeping: old(), avoided: known.avoided), against: known)
            show(fresh)
        }
    }

    /// Replaces the view; alone.
    private func show(_ fresh: IndexView) {
        current.withLock { $0 = fresh }
        generationCount.add(1, ordering: .acquiringAndReleasing)
    }

    /// A view in which packs that are listed for the first time, and are not there, are avoided.
    ///
    /// A merge that began before a gc and ended after it can list such.
    private func checked(_ fresh: IndexView, against known: IndexView) throws -> IndexView {
        guard checksPacks.load(ordering: .relaxed) else { return fresh }
        var avoided = fresh.avoided
        let names = Set(known.segments.map(\.name))
        for segment in fresh.segments where !names.contains(segment.name) {
            for number in 0..<UInt32(segment.packCount) {
                guard let pack = segment.pack(number)?.name, !known.lists(pack: pack), !avoided.contains(pack) else {
                    continue
                }
                if try store.info(VaultLayout.pack(pack)) == nil { avoided.missing.insert(pack) }
            }
        }
        guard avoided != fresh.avoided else { return fresh }
        return IndexView(
            segments: fresh.segments, damages: fresh.damages, superseded: fresh.superseded, avoided: avoided)
    }

    /// From now on no one relies on `avoided`, in place of what was avoided before.
    func avoid(_ avoided: AvoidedPacks) {
        checksPacks.store(true, ordering: .relaxed)
        changing.withLock { _ in
            let old = view
            guard old.avoided != avoided else { return }
            show(
                IndexView(
                    segments: old.segments, damages: old.damages, superseded: old.superseded, avoided: avoided))
        }
    }

    /// Notes that `pack` is not there, and looks for what others have written in its place.
    func isGone(_ pack: Digest) throws {
        try refresh()
        changing.withLock { _ in
            let old = view
            var avoided = old.avoided
            guard avoided.missing.insert(pack).inserted else { return }
            show(
                IndexView(
                    segments: old.segments, damages: old.damages, superseded: old.superseded, avoided: avoided))
        }
    }

    /// What to do where something is not listed.
    var repairRemedy: String {
        "perigee repair \(store.vaultName) makes the index anew from the packs, and names what is lost if that does not help"
    }

    /// The segments as they are known now.
    var view: IndexView { current.withLock { $0 } }

    /// Whether all segments are those of the listing that it was opened with.
    var isListingCurrent: Bool { isAsListed && generation == 0 }

    /// Counts the changes of ``view``; read it before the view.
    var generation: UInt64 { generationCount.load(ordering: .acquiring) }

    /// All listed segments; those that are open already are kept.
    private static func load(
        _ opener: SegmentOpener, keeping old: IndexView, avoided: AvoidedPacks
    ) throws -> IndexView {
        let open = Dictionary(old.segments.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for _ in 0..<listingAttemptsMax {
            do {
                return try loadOnce(opener, open, avoided, list(opener.store))
            } catch let error as PerigeeError where error.code == .notFound {
                // A segment was merged away between the listing and its opening: list anew.
            }
        }
        throw PerigeeError(
            .conflict, "the index changes faster than it can be read", at: VaultLayout.indexPrefix, canRetry: true)
    }

    private static func loadOnce(
        _ opener: SegmentOpener, _ open: [Digest: IndexSegment], _ avoided: AvoidedPacks, _ names: [Digest]
    ) throws -> IndexView {
        var segments: [IndexSegment] = []
        var damages: [IndexView.Damage] = []
        for name in names {
            do {
                segments.append(try open[name] ?? opener.open(name))
            } catch let error as PerigeeError where error.code == .damaged || error.code == .format {
                damages.append(IndexView.Damage(name: name, error: error))
            }
        }
        let replaced = Set(segments.flatMap(\.replaced))
        return IndexView(
            segments: segments.filter { !replaced.contains($0.name) }, damages: damages,
            superseded: segments.map(\.name).filter { replaced.contains($0) }, avoided: avoided)
    }

    /// The segments of a listing's first page; nil where there are more, or one is gone already.
    private static func loadListed(_ opener: SegmentOpener, _ infos: [BlobInfo]) throws -> IndexView? {
        guard infos.count < BlobQuestion.pageMax else { return nil }
        let names = infos.compactMap { VaultLayout.digest(of: $0.key, folder: "index") }
        do {
            return try loadOnce(opener, [:], AvoidedPacks(), names)
        } catch let error as PerigeeError where error.code == .notFound {
            return nil
        }
    }

    /// The names of all segments in `store`.
    static func list(_ store: any BlobStore) throws -> [Digest] {
        var names: [Digest] = []
        try store.listAll(VaultLayout.indexPrefix).forEach { info in
            if let name = VaultLayout.digest(of: info.key, folder: "index") { names.append(name) }
        }
        return names
    }
}

extension VaultIndex {
    /// Puts a segment of `delta` into the vault by way of `store`; it is seen at once.
    func write(_ delta: consuming IndexDelta, to store: any BlobStore) throws {
        delta.sort()
        let (packs, recipe) = (delta.packs, delta.recipe)
        // Where a segment is damaged, the same one may be made again, and is to replace it.
        let condition: PutCondition = view.damages.isEmpty ? .absent : .always
        let source = DeltaSource(delta)
        let name = try write(source, by: recipe, packs: packs, replaced: [], if: condition, to: store)
        try adopt(name, replacing: [])
    }

    /// A segment of `delta` that is to be put by whoever asks, and then to be made known by ``adopt(_:)``; nil where a
    /// segment is damaged, which it might have to replace.
    func segment(of delta: consuming IndexDelta) throws -> (name: Digest, put: BlobPut)? {
        guard view.damages.isEmpty else { return nil }
        delta.sort()
        let (packs, recipe) = (delta.packs, delta.recipe)
        let staging = PutStaging()
        let name = try IndexSegmentWriter(staging, copies: opener.cache).write(
            DeltaSource(delta), packs: packs, replaced: [])
        return staging.put.map { (name, BlobPut($0.key, $0.bytes, if: $0.condition, by: recipe)) }
    }

    /// Makes `name`, which was just put, part of the view.
    func adopt(_ name: Digest) throws { try adopt(name, replacing: []) }

    /// Puts the segment of `source` into the vault by way of `store`: by having it made there by `recipe`, where that can be.
    private func write(
        _ source: some IndexSource, by recipe: BlobRecipe?, packs: [PackTableRow], replaced: [Digest],
        if condition: PutCondition = .absent, to store: any BlobStore
    ) throws -> Digest {
        if let recipe, let cache = opener.cache,
            let made = try IndexSegmentWriter.make(
                in: store, by: recipe, copies: cache, source, packs: packs, replaced: replaced, if: condition)
        {
            return made
        }
        source.rewind()
        return try IndexSegmentWriter(store, copies: opener.cache).write(
            source, packs: packs, replaced: replaced, if: condition)
    }

    /// Makes `name`, which was just written, part of the view in place of `replaced`.
    private func adopt(_ name: Digest, replacing replaced: [IndexSegment]) throws {
        let segment: IndexSegment
        do {
            segment = try opener.open(name)
        } catch let error as PerigeeError where error.code == .notFound {
            // Another process has merged it away already: what took it over is listed.
            try refresh()
            return
        }
        let gone = Set(replaced.map(\.name)).union([name])
        changing.withLock { _ in
            let old = view
            let fresh = IndexView(
                segments: old.segments.filter { !gone.contains($0.name) } + [segment],
                damages: old.damages.filter { $0.name != name }, superseded: old.superseded, avoided: old.avoided)
            show(fresh)
        }
    }

    /// Merges segments of one size until few are left of each, and removes those that were taken over.
    ///
    /// Others may write, merge and read meanwhile: what two mergers make of the same segments is the same or a harmless
    /// repetition.
    ///
    /// - Parameters:
    ///   - target: by way of which the merged segments are written; the index's own store unless said.
    ///   - isWell: asked when the segments of a merge are chosen; false leaves them as they are. Who does not know of
    ///     the last gc could keep an entry of a deleted pack and drop that of the pack which has taken its place.
    func mergeSegments(to target: (any BlobStore)? = nil, if isWell: () throws -> Bool = { true }) throws {
        // Who comes while another thread merges leaves it to that one.
        _ = try merging.withLockIfAvailable { _ in
            while let group = IndexMergePolicy.group(of: view.segments), try isWell() {
                try merge(group, to: target ?? store)
            }
        }
    }

    /// The merges that would follow where segments of such sizes came one after the other.
    ///
    /// For each a run puts one segment, removes those that it takes over, and reads the state of garbage collection.
    public func merges(adding extents: [IndexExtent]) -> [IndexMerge] {
        let present = view.segments.map { IndexExtent(entries: $0.entryCount, packs: $0.packCount) }
        return IndexMergePolicy.merges(of: present, adding: extents)
    }

    /// Takes all segments of `old` over into one without the entries of the packs `dropped`.
    func rewrite(_ old: IndexView, dropping dropped: Set<Digest>) throws {
        try merging.withLock { _ in
            let source = try MergeSource(old.segments, avoided: old.avoided, dropping: dropped)
            let name = try IndexSegmentWriter(store, copies: opener.cache).write(
                source, packs: source.packs, replaced: old.segments.map(\.name) + old.superseded)
            try adopt(name, replacing: old.segments)
            for segment in old.segments.map(\.name) + old.superseded where segment != name {
                try store.delete(VaultLayout.index(segment))
            }
        }
    }

    private func merge(_ group: [IndexSegment], to store: any BlobStore) throws {
        let avoided = view.avoided
        let source = try MergeSource(group, avoided: avoided)
        let names = group.map(\.name)
        // Which packs to avoid is for whoever has the keys to say.
        let name = try write(
            source, by: avoided.isEmpty ? .merged(segments: names) : nil, packs: source.packs, replaced: names,
            to: store)
        try adopt(name, replacing: group)
        for segment in group where segment.name != name { try store.delete(VaultLayout.index(segment.name)) }
    }

    /// Removes damaged segments, once all packs are listed by others.
    func removeDamaged() throws {
        for damage in view.damages where damage.error.code == .damaged {
            try store.delete(VaultLayout.index(damage.name))
        }
        try refresh()
    }

    /// Removes segments that a merge took over and whose removal was cut short.
    func removeSuperseded() throws {
        for name in view.superseded { try store.delete(VaultLayout.index(name)) }
    }
}
