public import Model

/// What a run was asked and what it met at both ends: by this an estimate is known as the one that was made for it.
///
/// How much was compressed and how long it took have no part in it, since those are what an estimate may have wrong.
public struct RunBasis: Hashable, Sendable {
    /// How many parts of a whole two figures may differ by.
    static let tolerance: UInt64 = 20

    let wishes: String
    let scanned: UInt64
    let differing: UInt64
    /// Those among them that are there and have changed.
    let changed: UInt64
    let logical: UInt64
    let missing: UInt64?

    /// The basis of a run of `report`.
    public init(_ wishes: RunWishes, _ report: RunReport) {
        self.init(wishes, report.files, logical: report.bytes.logical, missing: report.bytes.missing)
    }

    /// The basis of an estimate.
    init(_ wishes: RunWishes, _ files: RunReport.Files, logical: UInt64, missing: UInt64) {
        self.wishes = wishes.digest
        scanned = files.scanned
        (differing, changed) = (files.new + files.changed + files.renamed, files.changed)
        self.logical = logical
        self.missing = wishes.comparesMissing ? missing : nil
    }

    /// Whether a run was asked the same and met the same as this estimate, but for a twentieth of each figure.
    ///
    /// Small figures have to be equal: a tree of ten files, one of which is new, is another one.
    public func fits(_ other: RunBasis) -> Bool {
        wishes == other.wishes && Self.near(scanned, other.scanned) && differsAlike(other)
            && Self.near(logical, other.logical) && (missing == nil) == (other.missing == nil)
            && Self.near(missing ?? 0, other.missing ?? 0)
    }

    /// Whether as many files differ.
    ///
    /// Between trees one that was only touched has changed for an estimate, and is unchanged for the run, which compares
    /// what it holds.
    private func differsAlike(_ run: RunBasis) -> Bool {
        if Self.near(differing, run.differing) { return true }
        return missing == nil && run.changed < changed && Self.near(differing - changed, run.differing - run.changed)
    }

    private static func near(_ a: UInt64, _ b: UInt64) -> Bool { max(a, b) - min(a, b) <= max(a, b) / tolerance }
}

extension RunBasis {
    /// Adds it to a line.
    func write(to line: inout LedgerLine) {
        line.set("wishes", wishes)
        line.set("scanned", scanned)
        line.set("differing", differing)
        line.set("changed", changed)
        line.set("logical", logical)
        if let missing { line.set("missing", missing) }
    }

    /// The basis that a line holds; nil where it holds none.
    init?(_ line: LedgerLine) {
        guard let wishes = line.number("wishes", String.self), let scanned = line.number("scanned", UInt64.self),
            let differing = line.number("differing", UInt64.self), let logical = line.number("logical", UInt64.self)
        else { return nil }
        (self.wishes, self.scanned, self.differing, self.logical) = (wishes, scanned, differing, logical)
        changed = min(differing, line.number("changed", UInt64.self) ?? 0)
        missing = line.number("missing", UInt64.self)
    }
}
