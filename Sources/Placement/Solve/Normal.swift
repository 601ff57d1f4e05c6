#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The normal distribution, and the functions it needs of the C library.
enum Normal {
    /// Nine of ten values are below so many standard deviations.
    static let z90 = 1.2815515655446004

    static func log(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.log(x)
        #else
            Musl.log(x)
        #endif
    }

    static func exp(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.exp(x)
        #else
            Musl.exp(x)
        #endif
    }

    static func cosine(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.cos(x)
        #else
            Musl.cos(x)
        #endif
    }

    /// The share of values below `z` standard deviations.
    static func below(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

    /// So many standard deviations have the share `p` of values below them; `p` is between 0 and 1.
    static func quantile(_ p: Double) -> Double {
        guard p > 0 else { return -.infinity }
        guard p < 1 else { return .infinity }
        var (low, high) = (-40.0, 40.0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if below(middle) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
