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
    /// - Throws: `notFound` or `io` where it cannot be read, `usage` where it is too large or no text.
    static func text(_ path: String) throws -> String {
        guard FileManager.default.fileExists(atPath: path) else {
            throw PerigeeError(.usage, "there is no such file", at: path, remedy: "name a file that is there")
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw PerigeeError(.usage, "it cannot be read", at: path, remedy: "make it readable", cause: error)
        }
        guard data.count <= SettingsNode.sizeMax, let text = String(data: data, encoding: .utf8) else {
            throw PerigeeError(
                .usage, "it is larger than \(ByteCount(SettingsNode.sizeMax)), or no UTF-8", at: path,
                remedy: "name a YAML file")
        }
        return text
    }
}
