internal import Configurations
internal import Model

/// An end that the configuration names: a dataset at a site.
struct NamedEnd {
    /// The site.
    let site: SiteSettings
    /// The dataset.
    let dataset: DatasetSettings
    /// Its presence at the site.
    let replica: ReplicaSettings
    /// What the name stands for; none of the configuration's names is left in it.
    let endpoint: Endpoint

    /// How it is written on a command line.
    var text: String { "\(site.name):\(dataset.name)" }
}
