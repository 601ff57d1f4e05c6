internal import Configurations
internal import FoundationEssentials
internal import Model
internal import Placement
internal import Settings

/// Finds and reads price books and other files of decisions.
enum PriceBookFile {
    /// The usual name of a book.
    private static let name = "pricebook.yaml"

    /// The book in `file`, or in the first place where one is: `PERIGEE_PRICE_BOOK`, beside what is decided about, one
    /// folder above that, here, the user's configuration, the installation; without one no price is known.
    static func read(_ file: String?, beside scenario: String?) throws -> PriceBook {
        guard let found = path(file, beside: scenario) else { return .empty }
        return try PriceBook(yaml: text(found), file: found)
    }

    /// Where that book is; nil where there is none.
    static func path(_ file: String?, beside scenario: String?) -> String? {
        file ?? Environment["PERIGEE_PRICE_BOOK"]
            ?? places(scenario).first { FileManager.default.fileExists(atPath: $0) }
    }

    /// The book that a configuration names, beside it where that is no path from the root; else the first there is.
    static func configured(_ loaded: LoadedConfiguration) throws -> PriceBook {
        guard let named = loaded.configuration.priceBook, Environment["PERIGEE_PRICE_BOOK"] == nil else {
            return try read(nil, beside: loaded.path)
        }
        let folder = loaded.path.lastIndex(of: "/").map { String(loaded.path[...$0]) } ?? ""
        return try read(named.hasPrefix("/") ? named : folder + named, beside: nil)
    }

    private static func places(_ scenario: String?) -> [String] {
        var out: [String] = []
        if let scenario {
            let folder = scenario.lastIndex(of: "/").map { String(scenario[...$0]) } ?? "./"
            out += [folder + name, folder + "../" + name]
        }
        out.append("./" + name)
        if let base = Environment["XDG_CONFIG_HOME"] {
            out.append(base + "/perigee/" + name)
        } else if let home = Environment["HOME"] {
            out.append(home + "/.config/perigee/" + name)
        }
        return out + ["/usr/local/share/perigee/" + name, "/usr/share/perigee/" + name]
    }

    /// The text of a file of settings.
    ///
    /// - Throws: `usage` where it cannot be read, is too large, or no text.
    static func text(_ path: String) throws -> String {
        let bytes = try SmallFile.settings.read(path: path)
        let body = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes[3...] : bytes[...]
        if let text = String(validating: body, as: UTF8.self) { return text }
        throw PerigeeError(
            .usage, "it is no text: byte \(bytes.count - body.count + validCount(body)) is not UTF-8", at: path,
            remedy: "name a YAML file, or write this one anew as UTF-8")
    }

    /// How many bytes at the start of `bytes` are UTF-8.
    private static func validCount(_ bytes: ArraySlice<UInt8>) -> Int {
        var decoder = UTF8.ForwardParser()
        var input = bytes.makeIterator()
        var count = 0
        while case .valid(let encoded) = decoder.parseScalar(from: &input) { count += encoded.count }
        return count
    }
}
