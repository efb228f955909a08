namespace Serverless.Channels;

/// <summary>As text in stored documents.</summary>
internal sealed class ChannelNameConverter : WordConverter<ChannelName>
{
    protected override bool TryParse(string? text, out ChannelName word) => ChannelName.TryParse(text, out word);
}
