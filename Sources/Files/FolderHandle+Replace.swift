internal import Model

extension FolderHandle {
    /// Puts `bytes` into the file `name`, for its owner alone, in one step: whoever reads it sees all of the old or all of
    /// the new, and once this returns the new is on the device.
    ///
    /// For small files: they are written aside, under a name of their own that ends in `.new`, and renamed over the old one.
    ///
    /// - Throws: where it cannot be written; what was there is left then.
    public func replace(_ name: String, by bytes: [UInt8]) throws {
        let aside = Array("\(name).\(String(UInt64.random(in: .min ... .max), radix: 16)).new".utf8)
        do {
            let file = try file(aside, .creating(mode: 0o600))
            try bytes.withUnsafeBytes { try file.write($0) }
            try file.sync()
            try file.finish()
            try rename(aside, to: self, Array(name.utf8))
            try sync()
        } catch {
            try? unlink(aside)
            throw error
        }
    }
}
