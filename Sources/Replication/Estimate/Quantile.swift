/// Quantiles of a few numbers.
enum Quantile {
    /// The quantile at `share` (0 to 1) of `values`, which are not empty, by linear interpolation between the order
    /// statistics (definition 7 of Hyndman and Fan, Sample quantiles in statistical packages, 1996).
    static func of(_ values: [Double], _ share: Double) -> Double {
        precondition(!values.isEmpty, "a quantile is one of something")
        let sorted = values.sorted()
        let place = Double(sorted.count - 1) * share
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
}
