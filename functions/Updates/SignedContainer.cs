namespace Serverless.Updates;

/// <summary>A container's address with a signature that reads any of its blobs by name, for one time window and the next.</summary>
/// <param name="Window">Counts windows since the year 1: addresses of one window are the same text.</param>
/// <param name="Address">Without a slash at its end.</param>
/// <param name="Query">The signature. Never shown or logged.</param>
internal sealed record SignedContainer(long Window, string Address, string Query)
{
    public string To(string blob) => $"{Address}/{Escape(blob)}?{Query}";

    // A record would write the signature into every log line it appears in.
    public override string ToString() => Address;

    // A version may hold a plus sign, which some servers read as a space.
    private static string Escape(string blob) => string.Join('/', blob.Split('/').Select(Uri.EscapeDataString));
}
