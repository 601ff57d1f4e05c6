internal import Model
internal import Synchronization

/// What scans met that is not an entry.
///
/// The lists are bounded, the counts are not.
final class ScanReport: Sendable {
    /// How many of each are kept with their paths.
    static let most = 65_536

    private struct Notes {
        var failures: [ScanFailure] = []
        var failureCount = 0
        var vanished: [TreePath] = []
        var vanishedCount = 0
    }

    private let notes = Mutex(Notes())

    var failures: [ScanFailure] { notes.withLock { $0.failures } }
    var failureCount: Int { notes.withLock { $0.failureCount } }
    var vanished: [TreePath] { notes.withLock { $0.vanished } }
    var vanishedCount: Int { notes.withLock { $0.vanishedCount } }

    /// `path`, and all below it, cannot be read.
    func failed(_ path: [UInt8], _ error: PerigeeError) {
        notes.withLock { notes in
            notes.failureCount += 1
            guard notes.failures.count < Self.most else { return }
            notes.failures.append(ScanFailure(path: TreePath(trusted: path), error: error))
        }
    }

    /// `path` was listed and then was gone.
    func vanished(_ path: [UInt8]) {
        notes.withLock { notes in
            notes.vanishedCount += 1
            if notes.vanished.count < Self.most { notes.vanished.append(TreePath(trusted: path)) }
        }
    }
}
