/// Numbers and runs of bytes at offsets that the caller has checked; little-endian, whatever the machine.
extension UnsafeRawBufferPointer {
    func loadLittle<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }

    func slice(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[offset..<offset + count])
    }
}

extension UnsafeMutableRawBufferPointer {
    func storeLittle(_ number: some FixedWidthInteger, at offset: Int) {
        withUnsafeBytes(of: number.littleEndian) { storeBytes($0, at: offset) }
    }

    func storeBytes(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        slice(offset, bytes.count).copyMemory(from: bytes)
    }

    func slice(_ offset: Int, _ count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: self[offset..<offset + count])
    }
}
