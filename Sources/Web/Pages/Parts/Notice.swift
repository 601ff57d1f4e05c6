internal import Model

/// What went wrong, on a page.
enum Notice {
    /// The fault, with what to do about it.
    static func markup(_ fault: PerigeeError) -> Markup {
        let place = fault.place.map { "\($0): " } ?? ""
        return .tag(
            "div", ["class": "notice bad", "role": "alert"], .tag("p", [:], .text(place + fault.message)),
            fault.remedy.map { .tag("p", ["class": "faint"], .text($0)) } ?? .nothing)
    }

    /// What is shown where there is nothing to show.
    static func empty(_ text: String) -> Markup { .tag("p", ["class": "faint"], .text(text)) }
}
