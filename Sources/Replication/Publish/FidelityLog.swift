internal import Model
internal import Synchronization

/// An attribute that a destination can fail to keep.
enum Fidelity: String, Sendable, CaseIterable {
    case owner = "owner and group"
    case mode = "permissions"
    case times = "times"
    case extended = "extended attributes or ACLs"
    case node = "device nodes"
    case links = "hard links"
}

/// Collects what a destination could not keep: each kind of loss with its count, its reason and the first path it hit.
final class FidelityLog: Sendable {
    private struct Loss {
        var count: UInt64
        var path: String
        var reason: String
    }

    private let losses = Mutex<[Fidelity: Loss]>([:])

    /// Notes that `what` of `path` could not be kept.
    func lost(_ what: Fidelity, of path: TreePath, _ reason: String) {
        losses.withLock { losses in
            losses[what, default: Loss(count: 0, path: path.description, reason: reason)].count += 1
        }
    }

    /// Whether everything was kept.
    var isEmpty: Bool { losses.withLock { $0.isEmpty } }

    /// A sentence for each kind of loss.
    var sentences: [String] {
        losses.withLock { losses in
            Fidelity.allCases.compactMap { what in
                losses[what].map { loss in
                    let more = loss.count > 1 ? " and \(loss.count - 1) more" : ""
                    return "\(what.rawValue) not kept: \(loss.path)\(more) (\(loss.reason))"
                }
            }
        }
    }

    /// Writes the losses into `report`: as warnings, or as failures where all had to be kept.
    func fill(_ report: inout RunReport, requiresFidelity: Bool) {
        guard requiresFidelity else {
            report.warnings += sentences
            return
        }
        for sentence in sentences {
            report.files.failed += 1
            report.failures.append(RunReport.Failure(path: ".", code: .unsupported, message: sentence))
        }
    }
}
