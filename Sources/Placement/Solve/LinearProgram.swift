/// Makes `c·x` small where `A·x <= b` and `x >= 0`, by the simplex method in two phases with Bland's rule; for a few dozen
/// variables.
struct LinearProgram {
    private static let epsilon = 1e-9
    private static let pivotsMax = 10_000

    private var rows: [[Double]]
    private var basis: [Int]
    private let count: Int

    /// The least value and where it is; nil where nothing fits, or there is no least.
    static func minimum(_ c: [Double], _ a: [[Double]], _ b: [Double]) -> (value: Double, x: [Double])? {
        var program = LinearProgram(a, b, count: c.count)
        return program.solve(c, a.count)
    }

    private init(_ a: [[Double]], _ b: [Double], count: Int) {
        self.count = count
        rows = []
        basis = []
        // Columns: x, a slack for each row, an artificial for each row, the right-hand side.
        for (index, row) in a.enumerated() {
            let sign = b[index] < 0 ? -1.0 : 1.0
            var line = row.map { $0 * sign } + [Double](repeating: 0, count: 2 * a.count + 1)
            line[count + index] = sign
            line[count + a.count + index] = 1
            line[count + 2 * a.count] = b[index] * sign
            rows.append(line)
            basis.append(sign > 0 ? count + index : count + a.count + index)
            if sign > 0 { rows[index][count + a.count + index] = 0 }
        }
    }

    private mutating func solve(_ c: [Double], _ m: Int) -> (value: Double, x: [Double])? {
        let width = count + 2 * m
        let artificial = [Double](repeating: 0, count: count + m) + [Double](repeating: 1, count: m)
        guard optimise(artificial, allowed: width), value(artificial) < 1e-7 else { return nil }
        // What stayed in the basis at zero is taken out, or would be free to grow.
        for row in rows.indices where basis[row] >= count + m {
            if let column = (0..<(count + m)).first(where: { abs(rows[row][$0]) > Self.epsilon && !basis.contains($0) })
            {
                pivot(row, column)
            }
        }
        let cost = c + [Double](repeating: 0, count: 2 * m)
        guard optimise(cost, allowed: count + m) else { return nil }
        var x = [Double](repeating: 0, count: count)
        for (row, variable) in basis.enumerated() where variable < count { x[variable] = rows[row][width] }
        return (value(cost), x)
    }

    private func value(_ cost: [Double]) -> Double {
        basis.enumerated().reduce(0) { $0 + cost[$1.element] * (rows[$1.offset].last ?? 0) }
    }

    private mutating func optimise(_ cost: [Double], allowed: Int) -> Bool {
        for _ in 0..<Self.pivotsMax {
            let entering = (0..<allowed).first { column in
                guard !basis.contains(column) else { return false }
                let reduced =
                    cost[column] - basis.enumerated().reduce(0) { $0 + cost[$1.element] * rows[$1.offset][column] }
                return reduced < -Self.epsilon
            }
            guard let entering else { return true }
            guard let leaving = leaving(entering) else { return false }
            pivot(leaving, entering)
        }
        return false
    }

    private func leaving(_ column: Int) -> Int? {
        var best: (ratio: Double, row: Int)?
        for (row, line) in rows.enumerated() where line[column] > Self.epsilon {
            let ratio = (line.last ?? 0) / line[column]
            if let known = best,
                ratio > known.ratio + 1e-12 || (ratio > known.ratio - 1e-12 && basis[row] > basis[known.row])
            {
                continue
            }
            best = (ratio, row)
        }
        return best?.row
    }

    private mutating func pivot(_ row: Int, _ column: Int) {
        let scale = rows[row][column]
        rows[row] = rows[row].map { $0 / scale }
        for other in rows.indices where other != row && rows[other][column] != 0 {
            let factor = rows[other][column]
            for index in rows[other].indices { rows[other][index] -= factor * rows[row][index] }
        }
        basis[row] = column
    }
}
