using System.Collections.Frozen;

namespace Serverless.Bundles.Content;

/// <summary>The rules on what a bundle holds, by their codes. Stable: uploads, settings and dashboards name them.</summary>
internal static class ContentRule
{
    public const string Secret = "secret";
    public const string PrivateFile = "private_file";
    public const string SourceMap = "source_map";
    public const string MissingReference = "missing_reference";
    public const string MissingAsset = "missing_asset";
    public const string RemoteScript = "remote_script";
    public const string NewScriptOrigin = "new_script_origin";
    public const string CspMissing = "csp_missing";
    public const string CspLoosened = "csp_loosened";

    /// <summary>
    /// Rules that an upload may say it means to break. A page without its scripts is none of them: no device can run it, and synthetic devices
    /// would report it.
    /// </summary>
    public static FrozenSet<string> Waivable { get; } =
        FrozenSet.ToFrozenSet([Secret, PrivateFile, SourceMap, MissingAsset, RemoteScript, NewScriptOrigin, CspMissing, CspLoosened], StringComparer.Ordinal);
}
