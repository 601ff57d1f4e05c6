internal import Model
internal import Vault

/// The form of attributes in messages.
///
/// A byte with the kind in its low four bits and what else is there above, then mode, owner, group, time of modification
/// (seconds signed, nanoseconds), a file's size, and in this order what the flags say is there: target, device, link group
/// (never sent), extended attributes, holes.
enum AttributesCoding {
    private static let target: UInt8 = 0x10
    private static let device: UInt8 = 0x20
    private static let extended: UInt8 = 0x40
    private static let holes: UInt8 = 0x80

    static func encode(_ attributes: Attributes, into out: inout MessageWriter) {
        var form = attributes.kind.rawValue
        if !attributes.target.isEmpty { form |= target }
        if attributes.device != 0 { form |= device }
        if !attributes.extended.isEmpty { form |= extended }
        if !attributes.holes.isEmpty { form |= holes }
        out.byte(form)
        out.number(UInt64(attributes.mode))
        out.number(UInt64(attributes.owner))
        out.number(UInt64(attributes.group))
        encode(attributes.modified, into: &out)
        if attributes.kind == .file { out.number(attributes.size) }
        if form & target != 0 { out.counted(attributes.target) }
        if form & device != 0 { out.number(attributes.device) }
        if form & extended != 0 {
            out.number(attributes.extended.count)
            for attribute in attributes.extended {
                out.counted(attribute.name)
                out.counted(attribute.value)
            }
        }
        guard form & holes != 0 else { return }
        out.number(attributes.holes.count)
        var end: UInt64 = 0
        for hole in attributes.holes {
            out.number(hole.offset - end)
            out.number(hole.length)
            end = hole.end
        }
    }

    static func decode(_ input: inout MessageReader) throws -> Attributes {
        let form = try input.byte()
        guard let kind = EntryKind(rawValue: form & 0x0f) else {
            throw ExchangeFault.hostile("an entry of no known kind")
        }
        var attributes = Attributes(kind: kind, mode: 0, modified: Timestamp(seconds: 0))
        attributes.mode = UInt16(try input.number(upTo: 0o7777, "a mode"))
        attributes.owner = UInt32(try input.number(upTo: Int(UInt32.max), "an owner"))
        attributes.group = UInt32(try input.number(upTo: Int(UInt32.max), "a group"))
        attributes.modified = try timestamp(&input)
        if kind == .file {
            attributes.size = try input.number()
            guard attributes.size <= UInt64(Int64.max) else { throw ExchangeFault.hostile("a file above 2^63 bytes") }
        }
        if form & target != 0 {
            attributes.target = Array(try input.counted(upTo: PageLimits.target, "a link's target"))
            guard kind == .symlink, !attributes.target.isEmpty, !attributes.target.contains(0) else {
                throw ExchangeFault.hostile("a link's target that is none")
            }
        }
        if form & device != 0 {
            attributes.device = try input.number()
            guard kind == .characterDevice || kind == .blockDevice else {
                throw ExchangeFault.hostile("a device number of what is no device")
            }
        }
        if form & extended != 0 { attributes.extended = try decodeExtended(&input) }
        if form & holes != 0 { attributes.holes = try decodeHoles(&input, size: attributes.size, kind) }
        return attributes
    }

    static func encode(_ instant: Timestamp, into out: inout MessageWriter) {
        out.signed(instant.seconds)
        out.number(UInt64(instant.nanoseconds))
    }

    static func timestamp(_ input: inout MessageReader) throws -> Timestamp {
        let seconds = try input.signed()
        return Timestamp(
            seconds: seconds, nanoseconds: UInt32(try input.number(upTo: 999_999_999, "a second's fraction")))
    }

    private static func decodeExtended(_ input: inout MessageReader) throws -> [ExtendedAttribute] {
        let count = try input.number(upTo: PageLimits.extended / 8, "a count of extended attributes")
        var (found, room) = ([ExtendedAttribute](), PageLimits.extended)
        for _ in 0..<count {
            let name = try input.counted(upTo: 255, "the length of an attribute's name")
            guard AttributePolicy.isKept(name), !name.contains(0) else {
                throw ExchangeFault.hostile("an extended attribute that trees do not keep")
            }
            let value = Array(try input.counted(upTo: room, "extended attributes"))
            room -= min(room, name.count + value.count + 8)
            if let last = found.last, !last.name.lexicographicallyPrecedes(name) {
                throw ExchangeFault.hostile("extended attributes out of order")
            }
            found.append(ExtendedAttribute(name: Array(name), value: value))
        }
        return found
    }

    private static func decodeHoles(
        _ input: inout MessageReader, size: UInt64, _ kind: EntryKind
    ) throws -> [Extent] {
        let count = try input.number(upTo: PageLimits.holes, "a count of holes")
        guard kind == .file else { throw ExchangeFault.hostile("holes in what is no file") }
        var (holes, end) = ([Extent](), UInt64(0))
        for _ in 0..<count {
            let (offset, beyond) = end.addingReportingOverflow(try input.number())
            let length = try input.number()
            let (next, overflow) = offset.addingReportingOverflow(length)
            guard !beyond, !overflow, next <= size, length > 0, holes.isEmpty || offset > end else {
                throw ExchangeFault.hostile("holes that do not lie in their file one behind the other")
            }
            holes.append(Extent(offset: offset, length: length))
            end = next
        }
        return holes
    }
}
