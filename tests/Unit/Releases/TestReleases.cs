using System.Text;
using Serverless.Bundles;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Releases;

/// <summary>Releases as intake makes them, with digests that are plausible and told apart by version and key.</summary>
internal static class TestReleases
{
    public const string Crc32 = "00c0ffee";

    public static Release New(string version, params string[] keyIds) => new()
    {
        Version = BundleVersion.Parse(version),
        Sequence = 1,
        UploadSha256 = Digest(version),
        Zip = new BundleDigests(Digest(version), Crc32, Size: 1000),
        SignedForms = [.. keyIds.Select(key => Form(version, key))],
        FileCount = 3,
        CreatedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
    };

    public static Sha256Digest Digest(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text));

    private static SignedForm Form(string version, string keyId) => new()
    {
        KeyId = keyId,
        SessionKey = $"AAAAAAAAAAAAAAAAAAAAAA==:{Convert.ToBase64String(new byte[256])}",
        Checksum = new string('a', 512),
        LegacyChecksum = Convert.ToBase64String(new byte[256]),
        CiphertextSha256 = Digest($"{version} {keyId}"),
        CiphertextSize = 1008,
    };
}
