namespace Serverless.Devices;

/// <summary>As text in stored documents.</summary>
internal sealed class DevicePseudonymConverter : WordConverter<DevicePseudonym>
{
    protected override bool TryParse(string? text, out DevicePseudonym word) => DevicePseudonym.TryParse(text, out word);
}
