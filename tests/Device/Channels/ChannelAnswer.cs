namespace Serverless.Device.Channels;

/// <summary>What a device makes of the answer to a channel call.</summary>
public abstract record ChannelAnswer
{
    private protected ChannelAnswer()
    {
    }
}

/// <summary>The device has another channel from now on.</summary>
/// <param name="Channel">What it asks for in each request; empty for the server's choice.</param>
public sealed record ChannelChanged(string Channel) : ChannelAnswer;

/// <summary>The channel the device is on.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="Status"><c>default</c> or <c>override</c>.</param>
/// <param name="AllowSet">Whether the device may choose another one; null where the server does not say.</param>
public sealed record CurrentChannel(string Channel, string Status, bool? AllowSet) : ChannelAnswer;

/// <summary>The channels a device may choose from.</summary>
public sealed record ChannelList(IReadOnlyList<ListedChannel> Channels) : ChannelAnswer;

/// <summary>One channel of the list; the server may leave out everything but the number.</summary>
public sealed record ListedChannel(long Id, string? Name, bool? Public, bool? AllowSelfSet);

/// <summary>The server will not do it.</summary>
/// <param name="Error">A stable code.</param>
/// <param name="Message">A sentence.</param>
public sealed record ChannelRefused(string Error, string Message) : ChannelAnswer
{
    /// <summary>True where the app is told that the channel is a private one.</summary>
    public bool IsPrivate =>
        Error.Contains("cannot_update_via_private_channel", StringComparison.Ordinal)
        || Error.Contains("channel_self_set_not_allowed", StringComparison.Ordinal);
}

/// <summary>No usable answer.</summary>
/// <param name="Reason"><c>network_error</c>, <c>timeout_error</c>, <c>response_error</c> or <c>rate_limited</c>.</param>
public sealed record ChannelUnanswered(string Reason) : ChannelAnswer;
