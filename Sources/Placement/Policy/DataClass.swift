/// What may be done with data of one class, and where.
public struct DataClass: Hashable, Sendable {
    /// That copies must stay somewhere.
    public struct Hold: Hashable, Sendable {
        /// At sites like these.
        public var sites: SiteExpression
        /// So many whole copies.
        public var copies: Int
    }

    /// Its name.
    public var name: String
    /// What each verb is allowed at; a verb that is not named is allowed everywhere.
    public var allows: [PolicyVerb: SiteExpression] = [:]
    /// The class of what is derived, by the kind of derivation; ``PolicyVerb`` has no part in it.
    public var derives: [String: String] = [:]
    /// The copies that must stay.
    public var hold: Hold?

    /// A class that allows everything.
    public init(name: String) { self.name = name }
}

/// What is done with data at a site.
public enum PolicyVerb: String, Hashable, Sendable, CaseIterable {
    /// Keeping it there.
    case store
    /// Working on it there.
    case process
    /// Passing it through as plain bytes.
    case transitPlaintext = "transit.plaintext"
    /// Passing it through sealed.
    case transitCiphertext = "transit.ciphertext"
    /// Leaving a site in the hands of its operator, wherever that site is.
    case `operator`
}

/// A rule beside the classes: what it denies stays denied.
public struct PolicyRule: Hashable, Sendable {
    /// Its name.
    public var id: String
    /// The classes it speaks of; empty for all data.
    public var classes: [String]
    /// The verbs it speaks of; empty for all.
    public var verbs: [PolicyVerb]
    /// The sites that it denies.
    public var denies: SiteExpression?
    /// The only sites that it allows.
    public var allows: SiteExpression?

    /// A rule.
    public init(
        id: String, classes: [String] = [], verbs: [PolicyVerb] = [], denies: SiteExpression?, allows: SiteExpression?
    ) {
        self.id = id
        self.classes = classes
        self.verbs = verbs
        self.denies = denies
        self.allows = allows
    }
}

/// A refusal: which rule, of which class, which verb, at which site, and what about the site.
public struct Denial: Hashable, Sendable, Encodable {
    /// The rule: `eu-personal.store`, or the ID of a rule.
    public var rule: String
    /// The class of the data.
    public var dataClass: String
    /// The verb.
    public var verb: String
    /// The site.
    public var site: String
    /// What about it: `country=US, in {DE, FR} is asked`.
    public var because: String

    /// The refusal in a sentence: `eu-personal.store denies store of eu-personal at virginia: country=US, ...`.
    public var sentence: String { "\(rule) denies \(verb) of \(dataClass) at \(site): \(because)" }

    private enum CodingKeys: String, CodingKey {
        case rule
        case dataClass = "class"
        case verb, site, because
    }
}
