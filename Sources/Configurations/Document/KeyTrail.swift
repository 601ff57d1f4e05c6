/// How the way to a value is written.
enum KeyTrail {
    /// `path` and `key`: with a point between, or in brackets where the key is no plain word.
    static func joined(_ path: String, _ key: String) -> String {
        let isPlain =
            !key.isEmpty
            && key.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-".unicodeScalars.contains($0)
            }
        guard isPlain else { return "\(path)[\"\(key.prefix(80))\"]" }
        return path.isEmpty ? key : "\(path).\(key)"
    }
}
