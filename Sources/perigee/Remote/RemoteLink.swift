internal import Model
internal import Replication
internal import Wire

/// The link to another host, as an estimate reckons with it.
enum RemoteLink {
    /// What was measured before so many seconds is measured again.
    private static let freshSeconds = 3600.0

    /// How fast what passes from `source` to `destination` through this host is: as fast as the slower link, and as late
    /// as both.
    static func speed(from source: RemoteHost, to destination: RemoteHost, _ context: Context) throws -> LinkSpeed? {
        guard let near = try speed(source, up: false, context), let far = try speed(destination, up: true, context)
        else { return nil }
        return LinkSpeed(
            bandwidth: min(near.bandwidth, far.bandwidth), roundTrip: near.roundTrip + far.roundTrip)
    }

    /// How fast the link to `host` is, towards it or back: as it was measured lately, or is now, for a second or so.
    ///
    /// - Throws: where the host cannot be reached.
    static func speed(_ host: RemoteHost, up isUp: Bool, _ context: Context) throws -> LinkSpeed? {
        let memory = LinkMemory(state: StateFolder(path: context.options.stateFolder), host: host.name)
        if let last = memory.samples.last, abs(SystemClock.now().seconds(since: last.at)) < freshSeconds {
            return memory.speed(up: isUp)
        }
        let measured = try LinkProbe.brief.measure(context.sites.dialer(host).connection())
        let sample = LinkMemory.Sample(
            at: SystemClock.now(), roundTrips: measured.roundTrips, up: measured.up, down: measured.down)
        do {
            try memory.record(sample)
        } catch {
            Diagnostics.note(host.name, "what was measured of the link could not be kept: \(error)")
        }
        if let seen = memory.speed(up: isUp) { return seen }
        let rate = isUp ? sample.up.p50 : sample.down.p50
        guard rate > 0 else { return nil }
        return LinkSpeed(bandwidth: ByteRate(bytesPerSecond: rate), roundTrip: sample.roundTrip.p50)
    }
}
