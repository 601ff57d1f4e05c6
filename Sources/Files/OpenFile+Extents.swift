internal import CSyscalls
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension OpenFile {
    /// The runs of data in the first `size` bytes, as the file system tells them (SEEK_DATA and SEEK_HOLE).
    ///
    /// Holes shorter than `smallestHole` count as data, as does all that follows once there are `most` extents. A file
    /// system that cannot tell gives one extent for the whole file; an empty file gives none.
    public func dataExtents(size: UInt64, smallestHole: UInt64 = 65_536, most: Int = 4096) -> [Extent] {
        var extents = [Extent]()
        var position: UInt64 = 0
        while position < size {
            guard let start = seek(position, Int32(csys_seek_data)) else { return whole(size) }
            let begin = min(start ?? size, size)
            guard begin < size else { break }
            guard let found = seek(begin, Int32(csys_seek_hole)) else { return whole(size) }
            var end = min(found ?? size, size)
            // A hole that opens between the two questions would make no progress.
            guard end > begin else { return whole(size) }
            if extents.count + 1 >= most { end = size }
            if let last = extents.last, begin - last.end < smallestHole {
                extents[extents.count - 1].length = end - last.offset
            } else if extents.isEmpty, begin < smallestHole {
                extents.append(Extent(offset: 0, length: end))
            } else {
                extents.append(Extent(offset: begin, length: end - begin))
            }
            position = end
        }
        guard let last = extents.last else { return size < smallestHole ? whole(size) : [] }
        if size - last.end < smallestHole { extents[extents.count - 1].length = size - last.offset }
        return extents
    }

    /// nil: the file system cannot tell; `.some(nil)`: there is no such place up to the end.
    private func seek(_ offset: UInt64, _ what: Int32) -> UInt64?? {
        guard let offset = off_t(exactly: offset) else { return nil }
        let found = answer(lseek(descriptor, offset, what))
        if found == off_t(-ENXIO) { return .some(nil) }
        return found >= 0 ? .some(UInt64(found)) : nil
    }

    private func whole(_ size: UInt64) -> [Extent] { size == 0 ? [] : [Extent(offset: 0, length: size)] }
}
