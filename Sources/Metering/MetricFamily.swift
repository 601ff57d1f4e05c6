/// All series of one metric.
struct MetricFamily {
    let description: MetricDescription
    private(set) var series: [String: MetricSeries] = [:]

    init(_ description: MetricDescription) { self.description = description }

    /// The series with these labels, made where there is none yet and `makes` says so.
    mutating func series(_ labels: String, makes: Bool) -> MetricSeries? {
        if let known = series[labels] { return known }
        guard makes else { return nil }
        let made = MetricSeries(description)
        series[labels] = made
        return made
    }

    /// Writes help, type and all series, in the order of their labels.
    func write(to out: inout String) {
        let name = description.name
        out += "# HELP \(name) \(ExpositionText.help(description.help))\n# TYPE \(name) \(description.kind.rawValue)\n"
        for (labels, series) in series.sorted(by: { $0.key < $1.key }) {
            let now = series.now
            guard description.kind == .histogram else {
                out += "\(name)\(ExpositionText.braced(labels)) \(ExpositionText.number(now.value))\n"
                continue
            }
            var below: UInt64 = 0
            for (place, count) in now.counts.enumerated() {
                below &+= count
                let bound = place < description.bounds.count ? ExpositionText.number(description.bounds[place]) : "+Inf"
                out += "\(name)_bucket\(ExpositionText.braced(labels, "le=\"\(bound)\"")) \(below)\n"
            }
            out += "\(name)_sum\(ExpositionText.braced(labels)) \(ExpositionText.number(now.sum))\n"
            out += "\(name)_count\(ExpositionText.braced(labels)) \(below)\n"
        }
    }
}
