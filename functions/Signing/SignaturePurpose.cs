namespace Serverless.Signing;

/// <summary>What a signature is for, in the words of the metric <c>updates.signatures</c>.</summary>
internal static class SignaturePurpose
{
    public const string Checksum = "checksum";
    public const string SessionKey = "session_key";
    public const string File = "file";
    public const string Document = "document";
    public const string Seal = "seal";
    public const string Probe = "probe";

    /// <summary>Of a caller that does not say.</summary>
    public const string Other = "other";
}
