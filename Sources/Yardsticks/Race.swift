/// Two ways to do the same amount of work: Perigee's, and what it is held against.
///
/// For one thread. The closures own the data; they begin with it warm or cold as the race wants it, and leave it so that
/// they can be called again.
public final class Race {
    /// A stretch of work.
    public typealias Act = () throws -> Void

    /// A step of what the work is held against.
    public struct Step {
        /// What it does, in a word or two.
        public let name: String
        let act: Act

        /// A step.
        public init(_ name: String, _ act: @escaping Act) {
            self.name = name
            self.act = act
        }
    }

    /// The bytes or items of a pass.
    public let amount: Double
    /// What ``amount`` is counted in.
    public let unit: Unit
    /// The steps of the limit.
    ///
    /// Where there are several, their times add up: the harmonic limit of parts that one after another do to every byte
    /// what the pass does to it.
    public let limit: [Step]
    let prepare: Act?
    let pass: Act

    /// A race over `amount` bytes or items.
    ///
    /// - Parameter prepare: is called before each pass and each limit, outside the clock; the pass is then never
    ///   repeated within one reading of the clock.
    public init(
        amount: Double, unit: Unit = .bytesPerSecond, prepare: Act? = nil, pass: @escaping Act, limit: [Step]
    ) {
        self.amount = amount
        self.unit = unit
        self.prepare = prepare
        self.pass = pass
        self.limit = limit
    }

    /// A race against a single way.
    public convenience init(
        bytes: Int, prepare: Act? = nil, pass: @escaping Act, limit: @escaping Act
    ) {
        self.init(amount: Double(bytes), prepare: prepare, pass: pass, limit: [Step("", limit)])
    }
}
