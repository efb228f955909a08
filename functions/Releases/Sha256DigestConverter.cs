namespace Serverless.Releases;

/// <summary>As text in stored documents.</summary>
internal sealed class Sha256DigestConverter : WordConverter<Sha256Digest>
{
    protected override bool TryParse(string? text, out Sha256Digest word) => Sha256Digest.TryParse(text, out word);
}
