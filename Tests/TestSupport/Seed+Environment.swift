#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension Seed {
    /// The generator of a property test: from `PERIGEE_TEST_SEED` where that is a number, else from `usual`.
    public static func fromEnvironment(usual: UInt64 = 20_261_123) -> Seed {
        guard let text = getenv("PERIGEE_TEST_SEED"), let value = UInt64(String(cString: text)) else {
            return Seed(usual)
        }
        return Seed(value)
    }

    /// How many runs a test of many seeds makes: `PERIGEE_TEST_RUNS` where that is a number, else `usual`.
    public static func runs(usual: Int) -> Int {
        getenv("PERIGEE_TEST_RUNS").flatMap { Int(String(cString: $0)) } ?? usual
    }
}
