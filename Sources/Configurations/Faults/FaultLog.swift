/// All that is wrong with one file, up to ``ConfigurationLimits/faults``; used by one thread.
public final class FaultLog {
    private var found: [ConfigurationFault] = []
    /// How many there were, listed or not.
    public private(set) var count = 0

    /// Nothing yet.
    public init() {}

    /// The faults in the order of the file.
    public var faults: [ConfigurationFault] {
        found.enumerated().sorted {
            let (a, b) = ($0.element.position, $1.element.position)
            return (a.line, a.column, $0.offset) < (b.line, b.column, $1.offset)
        }.map(\.element)
    }

    /// Whether nothing is wrong.
    public var isEmpty: Bool { count == 0 }

    /// Whether further faults are counted, and not listed.
    var isFull: Bool { found.count >= ConfigurationLimits.faults }

    /// Takes a fault down.
    public func add(_ fault: ConfigurationFault) {
        count += 1
        if found.count < ConfigurationLimits.faults { found.append(fault) }
    }

    /// Takes a fault down.
    public func add(_ message: String, at position: Position, key: String, remedy: String) {
        add(ConfigurationFault(message, at: position, key: key, remedy: remedy))
    }
}
