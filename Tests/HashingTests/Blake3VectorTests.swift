import Foundation
import Hashing
import Testing

/// The published vectors: every length, the three modes, the whole extended output, in every kernel.
///
/// A kernel that this processor lacks is replaced by the portable one, so its run proves the replacement only;
/// `Blake3KernelTests` prints which ones were run for what they are.
struct Blake3VectorTests {
    struct Vectors: Decodable {
        struct Case: Decodable {
            let input_len: Int
            let hash: String
            let keyed_hash: String
            let derive_key: String
        }
        let key: String
        let context_string: String
        let cases: [Case]
    }

    let vectors: Vectors
    let key: HashKey

    init() throws {
        let file = try #require(
            Bundle.module.url(forResource: "blake3-vectors", withExtension: "json", subdirectory: "Golden"))
        vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
        key = Array(vectors.key.utf8).withUnsafeBytes { HashKey($0) }
    }

    /// The input that all vectors are made of: bytes counting to 250 again and again.
    private func input(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 % 251) } }

    private func extended(_ hasher: Blake3Hasher, _ input: [UInt8], _ count: Int) -> String {
        var hasher = hasher
        input.withUnsafeBytes { hasher.update($0) }
        var out = [UInt8](repeating: 0, count: count)
        out.withUnsafeMutableBytes { hasher.finalize(into: $0) }
        return Hexadecimal.encode(out)
    }

    @Test("There are vectors for every boundary of the tree")
    func complete() {
        #expect(vectors.cases.count == 35)
        #expect(vectors.cases.allSatisfy { $0.hash.count == 262 })
    }

    @Test("All modes give the published extended outputs", arguments: Kernel.allCases)
    func extendedOutputs(_ kernel: Kernel) {
        for expected in vectors.cases {
            let bytes = input(expected.input_len)
            let count = expected.hash.count / 2
            #expect(extended(Blake3Hasher(kernel: kernel), bytes, count) == expected.hash)
            #expect(extended(Blake3Hasher(key: key, kernel: kernel), bytes, count) == expected.keyed_hash)
            let deriving = Blake3Hasher(context: vectors.context_string, kernel: kernel)
            #expect(extended(deriving, bytes, count) == expected.derive_key)
        }
    }

    @Test("One call gives the published hashes", arguments: Kernel.allCases)
    func oneCall(_ kernel: Kernel) {
        for expected in vectors.cases {
            input(expected.input_len).withUnsafeBytes { bytes in
                #expect(Blake3.hash(bytes, kernel: kernel).hex == expected.hash.prefix(64))
                #expect(Blake3.hash(bytes, key: key, kernel: kernel).hex == expected.keyed_hash.prefix(64))
            }
        }
    }

    @Test("All inputs at once give the published hashes", arguments: Kernel.allCases)
    func allAtOnce(_ kernel: Kernel) {
        let inputs = vectors.cases.map { input($0.input_len) }
        #expect(hashAll(inputs, kernel: kernel).map(\.hex) == vectors.cases.map { String($0.hash.prefix(64)) })
        let keyed = hashAll(inputs, key: key, kernel: kernel).map(\.hex)
        #expect(keyed == vectors.cases.map { String($0.keyed_hash.prefix(64)) })
    }

    @Test("A key deriver gives the published keys, for material in one part or two")
    func derivedKeys() {
        let deriver = KeyDeriver(context: vectors.context_string)
        for expected in vectors.cases {
            input(expected.input_len).withUnsafeBytes { material in
                let wanted = expected.derive_key.prefix(64)
                #expect(deriver.derive(material).withUnsafeBytes { Hexadecimal.encode($0) } == wanted)
                for cut in [0, material.count / 3, material.count] {
                    let a = UnsafeRawBufferPointer(rebasing: material[..<cut])
                    let b = UnsafeRawBufferPointer(rebasing: material[cut...])
                    #expect(deriver.derive(a, b).withUnsafeBytes { Hexadecimal.encode($0) } == wanted)
                }
            }
        }
    }
}
