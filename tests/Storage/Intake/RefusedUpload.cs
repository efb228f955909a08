using System.Collections.Immutable;
using Serverless.Bundles;
using Serverless.Tests.Support.Zips;

namespace Serverless.Tests.Storage.Intake;

/// <summary>An upload that intake must refuse, dropped on an app whose production channel offers 1.0.0 after 1.1.0 was withdrawn.</summary>
/// <param name="Code">The expected <see cref="RejectionCode"/>.</param>
/// <param name="Shape">What is wrong, in words.</param>
/// <param name="Zip">What is dropped.</param>
internal sealed record RefusedUpload(string Code, string Shape, byte[] Zip)
{
    /// <summary>Where it is dropped; <c>{app}</c> stands for the app's id and <c>{n}</c> for a number no other upload has.</summary>
    public string Name { get; init; } = "{app}/production/2.0.{n}.zip";

    public ImmutableDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The entry at fault, as it is to be named; null when the upload as a whole is at fault.</summary>
    public string? Entry { get; init; }

    public RefusedUpload(string code, string shape, ZipForge zip)
        : this(code, shape, zip.Build())
    {
    }

    public override string ToString() => $"{Code}: {Shape}";
}
