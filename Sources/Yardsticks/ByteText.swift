internal import Model

extension Int {
    /// So many bytes, without a decimal where there is none to tell: `64 KiB`.
    public var byteText: String {
        let parts = ByteCount(self).description.split(separator: " ")
        guard let number = parts.first, let unit = parts.last, number.hasSuffix(".0") else {
            return parts.joined(separator: " ")
        }
        return "\(number.dropLast(2)) \(unit)"
    }
}
