import Replication
import Sites
import Wire

/// A tree at the other site, and what tests ask of it.
struct RemoteTreeUnderTest {
    let tree: RemoteTree

    init(_ connection: Connection, _ path: String) { tree = RemoteTree(connection, path: path, name: "there:\(path)") }

    func estimator(to path: String, _ options: EstimateOptions, _ context: RunContext) throws -> Estimator {
        Estimator(
            of: .betweenTrees(options.run), pair: EndpointPair(source: "there", destination: path), options: options,
            context: context
        ) { try tree.foreseePull(to: path, options: options, context: context) }
    }
}
