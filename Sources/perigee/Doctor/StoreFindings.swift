internal import Model
internal import ObjectStorage

/// What object stores honour.
enum StoreFindings {
    /// Tries it.
    static func place(_ place: ObjectPlace) -> [Finding] {
        let name = place.settings.name
        do {
            let report = try place.probe()
            return report.traits.map { finding($0, name) }
        } catch let error as PerigeeError {
            return [
                Finding(
                    "store", .bad, "\(error.place ?? name): \(error.message)" + (error.cause.map { " (\($0))" } ?? ""),
                    remedy: error.remedy)
            ]
        } catch {
            return [Finding("store", .bad, "\(name): \(error)")]
        }
    }

    private static func finding(_ trait: S3Trait, _ name: String) -> Finding {
        let detail = trait.name == .reachable ? "\(name) at \(trait.detail)" : "\(trait.name.rawValue): \(trait.detail)"
        guard !trait.isHonoured else { return Finding("store", .good, detail) }
        let remedy: String? =
            switch trait.name {
            case .create, .replace: "a vault there is safe with one writer at a time: perigee init --single-writer"
            case .clock: "set this machine's clock by NTP: signatures are refused at a quarter of an hour"
            default: nil
            }
        return Finding("store", .fair, detail, remedy: remedy)
    }
}
