public import Model
public import Placement

/// What a job takes: as it was expected, or as it came.
public struct JobFigures: Hashable, Sendable, Codable {
    /// Bringing what it reads, in seconds.
    public var staging: Double
    /// Waiting for its turn, in seconds.
    public var queue: Double
    /// Work, in seconds.
    public var work: Double
    /// Bringing what it made where it must be, in seconds.
    public var returning: Double
    /// Bytes on the wire.
    public var bytes: UInt64
    /// Machines, in dollars.
    public var compute: Money
    /// Everything that is known; nil where a part is not.
    public var money: Money?

    /// Figures.
    public init(
        staging: Double = 0, queue: Double = 0, work: Double = 0, returning: Double = 0, bytes: UInt64 = 0,
        compute: Money = .zero, money: Money? = nil
    ) {
        (self.staging, self.queue, self.work, self.returning) = (staging, queue, work, returning)
        self.bytes = bytes
        self.compute = compute
        self.money = money
    }

    /// From the beginning to the end, in seconds.
    public var seconds: Double { staging + queue + work + returning }
}

/// What an hour of the machines of a job costs.
public struct JobRate: Hashable, Sendable, Codable {
    /// A machine for an hour, in pico-dollars.
    public var hourPicos: Int64
    /// Machines.
    public var machines: Int
    /// So many seconds are paid at least.
    public var minimumBilling: Double

    /// A rate.
    public init(hour: Price, machines: Int, minimumBilling: Double) {
        hourPicos = hour.picos
        self.machines = machines
        self.minimumBilling = minimumBilling
    }

    /// What `seconds` of work cost.
    public func cost(_ seconds: Double) -> Money {
        Price(picos: hourPicos).cost(seconds: max(seconds, minimumBilling)) * machines
    }
}
