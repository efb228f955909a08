using Serverless.Releases;

namespace Serverless.Retention;

/// <param name="Release">Of an app; not collected yet.</param>
/// <param name="Stays">What needs it, as a sentence; null when nothing does.</param>
internal sealed record ReleaseFate(Release Release, string? Stays);
