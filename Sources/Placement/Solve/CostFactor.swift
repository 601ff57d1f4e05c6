/// Costs by the choices of a few variables.
struct CostFactor: Sendable {
    /// The variables, ascending.
    let scope: [Int]
    /// Steps in the table from one choice of a variable to its next.
    let strides: [Int]
    /// The costs; the last variable's choices stand side by side.
    var table: [Int64]

    init(scope: [Int], sizes: [Int], table: [Int64]) {
        self.scope = scope
        var strides = [Int](repeating: 1, count: scope.count)
        for index in stride(from: scope.count - 2, through: 0, by: -1) {
            strides[index] = strides[index + 1] * sizes[scope[index + 1]]
        }
        self.strides = strides
        self.table = table
    }

    /// The cost where each variable has the choice that `assignment` says.
    func cost(_ assignment: [Int]) -> Int64 {
        var at = 0
        for (index, variable) in scope.enumerated() { at += strides[index] * assignment[variable] }
        return table[at]
    }

    /// Where the choices of all variables but `variable` lead, and the step between choices of `variable` itself.
    func start(_ assignment: [Int], but variable: Int) -> (start: Int, step: Int) {
        var start = 0
        var step = 0
        for (index, other) in scope.enumerated() {
            if other == variable { step = strides[index] } else { start += strides[index] * assignment[other] }
        }
        return (start, step)
    }
}
