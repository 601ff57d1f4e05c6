public import Storage

/// How a connection behaves.
public struct WireOptions: Sendable {
    /// The name that this side goes by, told to the other.
    public var name = ""
    /// The program's version, told to the other.
    public var program = ""
    /// What this side says that it can do.
    public var features = WireFeatures.all
    /// How long the other side may take for its hello; someone may be typing a passphrase for `ssh` meanwhile.
    public var helloWait = Duration.seconds(30)
    /// Whether a side that connects waits for the other's hello before it goes on.
    ///
    /// If not, what it says first leaves along with its own hello, a round trip earlier; why the other side would not begin
    /// is then thrown by whatever is asked of the connection.
    public var awaitsHello = true
    /// After so long without a byte from the other side it is asked for a sign of life.
    public var keepAlive = Duration.seconds(15)
    /// After so long without a byte from the other side, or without it taking one, the connection counts as lost.
    public var stall = Duration.seconds(60)
    /// How long an orderly close waits for what is left to be written.
    public var closeWait = Duration.seconds(10)
    /// What lets the bytes pass that this side writes; nil for no limit.
    ///
    /// Its rate may be changed at any time.
    public var writing: TokenBucket?
    /// What lets the bytes pass that this side reads; nil for no limit.
    ///
    /// Its rate may be changed at any time.
    public var reading: TokenBucket?
    /// The time that silence is measured by.
    public var clock: any StoreClock = SystemStoreClock()
    /// The most credit that a channel grows to.
    public var windowMax = WireLimits.windowMax
    /// What the growth of all windows comes out of; usually one for the process.
    public var growth = WireBudget.shared
    /// What bytes are held out of that came by strands before what precedes them; usually one for the process.
    public var early = WireBudget.early

    /// The usual behaviour.
    public init() {}
}
