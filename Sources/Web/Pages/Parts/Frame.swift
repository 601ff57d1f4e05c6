/// What may be wider than the page: it is moved sideways within its frame, by the keyboard too.
enum Frame {
    /// `content` in a frame that is called `label`.
    static func markup(_ label: String, _ content: Markup) -> Markup {
        .tag("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": label], content)
    }
}
