internal import Configurations
internal import Model

/// A replication rule for programs.
struct RuleRow: Encodable {
    let name: String
    let dataset: String
    let copies: Int
    let siteExpression: String?
    let priority: Int
    /// Seconds.
    let rpo: Int64?

    /// What is shown of `rule`.
    init(_ rule: ReplicationRule) {
        (name, dataset, copies) = (rule.name, rule.dataset, rule.copies)
        (siteExpression, priority, rpo) = (rule.siteExpression, rule.priority, rule.rpo?.seconds)
    }
}
