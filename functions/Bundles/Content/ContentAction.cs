namespace Serverless.Bundles.Content;

/// <summary>What is done about a bundle that breaks a rule.</summary>
internal enum ContentAction
{
    /// <summary>Nothing; nobody is told.</summary>
    Off,

    /// <summary>It is published, and the finding is kept with the release.</summary>
    Warn,

    /// <summary>It is refused, unless the upload says that it is meant.</summary>
    Error,
}
