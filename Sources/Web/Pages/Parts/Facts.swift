/// What is known of one thing, by name.
enum Facts {
    /// Names and what they are, in order.
    static func markup(_ facts: [(name: String, value: Markup)]) -> Markup {
        .tag(
            "dl", ["class": "facts"],
            all: facts.map { .tag("div", [:], .tag("dt", [:], .text($0.name)), .tag("dd", [:], $0.value)) })
    }
}
