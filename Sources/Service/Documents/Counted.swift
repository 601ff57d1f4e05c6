extension BinaryInteger {
    /// A number and its noun: `1 run`, `3 runs`.
    func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
