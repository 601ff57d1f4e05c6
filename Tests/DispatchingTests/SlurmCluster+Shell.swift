import Dispatching
import TestSupport

extension SlurmCluster {
    /// A shell in which Slurm's commands speak to this cluster.
    var shell: any HostShell { Configured(file: settingsFile) }

    private struct Configured: HostShell {
        let file: String
        var name: String { "the cluster" }

        func run(_ script: String, most: Int) throws -> ShellAnswer {
            try StreamShell.here.run("export SLURM_CONF='\(file)'\n\(script)", most: most)
        }
    }
}
