import Hashing

/// The hashes of `inputs`, made together.
func hashAll(_ inputs: [[UInt8]], key: HashKey? = nil, kernel: Kernel? = nil) -> [Digest] {
    let bytes = Array(inputs.joined()) + [0]
    return bytes.withUnsafeBytes { bytes in
        var offset = 0
        let views = inputs.map { input in
            defer { offset += input.count }
            return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + input.count])
        }
        return hashAll(views, key: key, kernel: kernel)
    }
}

/// The hashes of `views`, made together.
func hashAll(_ views: [UnsafeRawBufferPointer], key: HashKey? = nil, kernel: Kernel? = nil) -> [Digest] {
    var digests = [Digest](repeating: .zero, count: views.count)
    views.withUnsafeBufferPointer { views in
        digests.withUnsafeMutableBufferPointer {
            Blake3.hashMany(views, key: key, into: $0, kernel: kernel)
        }
    }
    return digests
}
