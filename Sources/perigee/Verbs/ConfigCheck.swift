internal import ArgumentParser
internal import Configurations
internal import Model
internal import Service
internal import Web

/// Says all that is wrong with a configuration.
struct ConfigCheck: Verb {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say all that is wrong with a configuration, each with line, column and remedy.",
        discussion: """
            Ends with status 2 where anything is wrong. Nothing is asked of any site.

            EXAMPLES
              perigee config check
              perigee config check perigee.yaml --json
              git show HEAD:perigee.yaml | perigee config check -
            """)

    @Argument(
        help: ArgumentHelp("The file, or - for standard input; else as for all verbs.", valueName: "file"),
        completion: .file())
    var file: String?
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.config-check/1"
        let file: String
        let isSound: Bool
        let faultCount: Int
        let faults: [Fault]
    }

    private struct Fault: Encodable {
        let line: Int
        let column: Int
        let key: String
        let message: String
        let remedy: String
    }

    func perform(_ context: Context) throws -> ExitStatus {
        guard let path = file ?? ConfigurationFile.find(named: global.config) else {
            throw PerigeeError(
                .usage, "there is no configuration", at: ConfigurationFile.usual.joined(separator: ", "),
                remedy: "name the file: perigee config check FILE")
        }
        let reading = Self.checked(PerigeeConfiguration.read(try ConfigurationFile.bytes(path)), path)
        let document = Document(
            file: path, isSound: reading.configuration != nil, faultCount: reading.faultCount,
            faults: reading.faults.map {
                Fault(
                    line: $0.position.line, column: $0.position.column, key: $0.key, message: $0.message,
                    remedy: $0.remedy)
            })
        try context.finish(document) { Self.text(path, reading, $0) }
        return document.isSound ? .done : .usage
    }

    /// `reading`, with what the daemon would find in what is sound as a form: all of the API, and the first of the rest.
    private static func checked(
        _ reading: PerigeeConfiguration.Reading, _ path: String
    ) -> PerigeeConfiguration.Reading {
        guard let configuration = reading.configuration else { return reading }
        var faults = WebSettings.faults(configuration.sections["serve"]?["api"])
        if let fault = fault(of: configuration, path) { faults.append(fault) }
        guard !faults.isEmpty else { return reading }
        var faulty = reading
        faulty.configuration = nil
        faulty.faults = faults.sorted {
            ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
        }
        faulty.faultCount = faults.count
        return faulty
    }

    /// What keeps the daemon from working by `configuration`.
    private static func fault(of configuration: PerigeeConfiguration, _ path: String) -> ConfigurationFault? {
        do {
            _ = try ServiceSettings(configuration, file: path, zones: SystemZones.table)
            return nil
        } catch {
            let fault = ErrorReport.fault(error)
            let numbers = (fault.place ?? "").dropFirst(path.count).split(separator: ":").prefix(2).compactMap {
                Int($0)
            }
            let position = numbers.count == 2 ? Position(line: numbers[0], column: numbers[1]) : .start
            return ConfigurationFault(fault.message, at: position, key: "", remedy: fault.remedy ?? "mend it")
        }
    }

    private static func text(_ path: String, _ reading: PerigeeConfiguration.Reading, _ style: Style) -> String {
        if let configuration = reading.configuration {
            var block = TextBlock("config  \(path)")
            let counts = [
                ("site", configuration.sites.count), ("link", configuration.links.count),
                ("dataset", configuration.datasets.count), ("rule", configuration.rules.count),
            ]
            block.row("has", counts.map { "\($1) \($0)\($1 == 1 ? "" : "s")" }.joined(separator: "   "))
            block.row("result", "sound")
            return block.rendered(style)
        }
        var out = ""
        for fault in reading.faults {
            out += style.bad(fault.place(in: path)) + ": \(fault.message)\n  \(fault.remedy)\n"
        }
        let hidden = reading.faultCount - reading.faults.count
        return out + "\(reading.faultCount) fault\(reading.faultCount == 1 ? "" : "s")"
            + (hidden > 0 ? ", the first \(reading.faults.count) of which are shown\n" : "\n")
    }
}
