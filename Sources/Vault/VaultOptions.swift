public import Content
public import Hashing

/// How a new vault is made.
public struct VaultOptions: Sendable {
    /// How the vault's dedup domain cuts.
    public var chunker: ChunkerParameters
    /// What seals all that is written into the vault, for good.
    public var cipher: Cipher
    /// What slows down the guessing of passphrases.
    public var keyCost: KeyCost
    /// What the first key is called in listings.
    public var label: String
    /// The keys of a dedup domain to join; nil makes a domain of the vault's own.
    public var ring: KeyRing?
    /// Time and random bytes.
    public var environment: VaultEnvironment

    /// Options; what is not given is the standard.
    public init(
        chunker: ChunkerParameters = .standard, cipher: Cipher = .preferred, keyCost: KeyCost = .standard,
        label: String = "", ring: KeyRing? = nil, environment: VaultEnvironment = .system
    ) {
        self.chunker = chunker
        self.cipher = cipher
        self.keyCost = keyCost
        self.label = label
        self.ring = ring
        self.environment = environment
    }
}
