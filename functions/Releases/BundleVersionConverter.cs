namespace Serverless.Releases;

/// <summary>As text in stored documents.</summary>
internal sealed class BundleVersionConverter : WordConverter<BundleVersion>
{
    protected override bool TryParse(string? text, out BundleVersion word) => BundleVersion.TryParse(text, out word);
}
