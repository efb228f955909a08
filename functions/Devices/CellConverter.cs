namespace Serverless.Devices;

/// <summary>As text in stored documents.</summary>
internal sealed class CellConverter : WordConverter<Cell>
{
    protected override bool TryParse(string? text, out Cell word) => Cell.TryParse(text, out word);
}
