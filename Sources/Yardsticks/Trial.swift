/// The work of a yardstick, ready to be done.
public enum Trial {
    /// Two ways to do the same amount of work, each against the clock.
    case race(Race)
    /// Two figures that are counted, once.
    case count(Count)

    /// Figures that no clock measures, such as how much a codec saves.
    public struct Count: Sendable {
        /// What Perigee comes to.
        public let figure: Double
        /// What it is held against.
        public let limit: Double
        /// What both are counted in.
        public let unit: Unit
        /// Whether less is better: the ratio is then the limit over the figure.
        public let lessIsBetter: Bool

        /// Two figures.
        public init(_ figure: Double, limit: Double, unit: Unit, lessIsBetter: Bool = false) {
            self.figure = figure
            self.limit = limit
            self.unit = unit
            self.lessIsBetter = lessIsBetter
        }

        /// How good the figure is beside the limit; more is better.
        public var ratio: Double { lessIsBetter ? limit / figure : figure / limit }
    }
}
