using System.Text.RegularExpressions;

namespace Serverless.Channels;

/// <summary>
/// The name of a channel, such as <c>production</c>: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, at most 64 characters.
/// <c>builtin</c> is refused because the plugin reads it as "no channel".
/// </summary>
internal readonly partial record struct ChannelName
{
    /// <summary>The channel that devices follow when they name none; created public by its first upload.</summary>
    public static readonly ChannelName Production = new("production");

    private ChannelName(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, out ChannelName name)
    {
        var valid = text is not null && Pattern().IsMatch(text) && !text.Equals("builtin", StringComparison.OrdinalIgnoreCase);
        name = valid ? new ChannelName(text!) : default;
        return valid;
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
