import Configurations
import Testing

@Suite("Where a secret is")
struct SecretReferenceTests {
    @Test("is a variable, a file or a credential, and is written as it was read")
    func forms() {
        #expect(SecretReference(parsing: "env:A_1") == .environment("A_1"))
        #expect(SecretReference(parsing: "file:/a b") == .file("/a b"))
        #expect(SecretReference(parsing: "credential:a.b-c") == .credential("a.b-c"))
        for text in ["env:A", "file:/x", "credential:c"] {
            #expect(SecretReference(parsing: text)?.description == text)
        }
    }

    @Test(
        "is nothing else",
        arguments: [
            "", "hunter2", "env:", "env:1A", "env:A B", "file:x", "file:/", "credential:../x", "credential:", "ENV:A",
        ])
    func others(text: String) { #expect(SecretReference(parsing: text) == nil) }
}
