/// The files that a long command line names.
///
/// The parser of arguments takes time that grows with the square of their number: 5,000 names cost it a second. So those
/// of `hash` beyond the first few are held back from it; what is an option is left to it as before.
enum Operands {
    private static let parsed = 256
    private static let valued: Set = [
        "--length", "--keyed-hex", "--config", "--state", "--progress", "--s3-endpoint", "--ssh", "--remote-perigee",
        "--via",
    ]

    /// Splits off what follows the first operands of `hash`; other command lines stay as they are.
    static func holdBack(_ arguments: [String]) -> (parsed: [String], held: [String]) {
        guard arguments.first == "hash", arguments.count > parsed else { return (arguments, []) }
        var kept = [String]()
        var held = [String]()
        var seen = 0
        var rest = arguments[...]
        var onlyOperands = false
        while let next = rest.popFirst() {
            let isOption = !onlyOperands && next.hasPrefix("-") && next != "-"
            if isOption {
                kept.append(next)
                if next == "--" { onlyOperands = true }
                if valued.contains(next), let value = rest.popFirst() { kept.append(value) }
            } else if seen <= parsed {
                kept.append(next)
                seen += 1
            } else {
                held.append(next)
            }
        }
        return (kept, held)
    }
}
