using System.Collections.Immutable;

namespace Serverless.Bundles.Zip;

/// <summary>What came of reading a zip's directory.</summary>
internal abstract record ZipReading
{
    private ZipReading()
    {
    }

    /// <summary>The entries in the order of the central directory.</summary>
    public sealed record Readable(ImmutableArray<ZipEntry> Entries) : ZipReading;

    public sealed record Refused(Rejection Rejection) : ZipReading;
}
