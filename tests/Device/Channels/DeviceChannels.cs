using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Device.Channels;

/// <summary>
/// The channel calls an app's script can make. Newer plugins keep the channel on the device and ask the server only whether it
/// would do; older ones have the server keep it.
/// </summary>
public sealed class DeviceChannels
{
    private readonly DeviceInfo _info;
    private readonly PluginGeneration _generation;
    private readonly ServerCall _server;
    private readonly RateLimit _limit;
    private readonly Func<string> _runningVersion;

    internal DeviceChannels(DeviceInfo info, PluginGeneration generation, ServerCall server, RateLimit limit, Func<string> runningVersion)
    {
        _info = info;
        _generation = generation;
        _server = server;
        _limit = limit;
        _runningVersion = runningVersion;
    }

    /// <summary>What the device asks for in each request; empty for the server's choice.</summary>
    public string Asked => _info.DefaultChannel;

    /// <summary><c>setChannel</c></summary>
    /// <exception cref="HarmfulAnswerException">The answer would hurt real devices.</exception>
    public async Task<ChannelAnswer> SetAsync(string channel, CancellationToken cancellationToken)
    {
        var body = Describe();
        body["channel"] = channel;
        var reply = await SendAsync(HttpMethod.Post, Url, body, cancellationToken);
        if (reply.Answer is not { } answer)
        {
            return new ChannelUnanswered(reply.Failure);
        }
        if (ChannelAnswerReader.ReadChange(answer, out var unset) is { } refusal)
        {
            return refusal;
        }
        if (!_generation.KeepsChannel)
        {
            return new ChannelChanged(channel);
        }
        return Keep(unset && _generation.UnderstandsUnset ? null : channel);
    }

    /// <summary><c>unsetChannel</c></summary>
    /// <exception cref="HarmfulAnswerException">The answer would hurt real devices.</exception>
    public async Task<ChannelAnswer> UnsetAsync(CancellationToken cancellationToken)
    {
        if (_generation.KeepsChannel)
        {
            return Keep(null);
        }
        var reply = await SendAsync(HttpMethod.Delete, Url, Describe(), cancellationToken);
        return reply.Answer is { } answer
            ? ChannelAnswerReader.ReadChange(answer, out _) ?? new ChannelChanged("")
            : new ChannelUnanswered(reply.Failure);
    }

    /// <summary><c>getChannel</c></summary>
    /// <exception cref="HarmfulAnswerException">The answer would hurt real devices.</exception>
    public async Task<ChannelAnswer> GetAsync(CancellationToken cancellationToken)
    {
        var reply = await SendAsync(HttpMethod.Put, Url, Describe(), cancellationToken);
        if (reply.Answer is not { } answer)
        {
            return new ChannelUnanswered(reply.Failure);
        }
        var current = ChannelAnswerReader.ReadCurrent(answer, Asked);
        if (answer.IsSuccess && _generation.AdoptsAnsweredChannel && current is CurrentChannel { Channel: not "builtin" } adopted)
        {
            Keep(adopted.Channel);
        }
        return current;
    }

    /// <summary><c>listChannels</c></summary>
    /// <exception cref="InvalidOperationException">The plugin does not have this call yet.</exception>
    /// <exception cref="HarmfulAnswerException">The answer would hurt real devices.</exception>
    public async Task<ChannelAnswer> ListAsync(CancellationToken cancellationToken)
    {
        if (!_generation.KeepsChannel)
        {
            throw new InvalidOperationException($"Plugin {_info.Profile.PluginVersion} has no listChannels.");
        }
        var query = string.Join('&', Describe().Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value!.ToString())}"));
        var url = new UriBuilder(Url);
        url.Query = url.Query.Length > 1 ? $"{url.Query}&{query}" : query;
        var reply = await SendAsync(HttpMethod.Get, url.Uri, body: null, cancellationToken);
        return reply.Answer is { } answer ? ChannelAnswerReader.ReadList(answer) : new ChannelUnanswered(reply.Failure);
    }

    private Uri Url => _info.Profile.ChannelUrl ?? throw new InvalidOperationException("The app has no channel URL.");

    private JsonObject Describe() => _info.Describe(_runningVersion());

    private ChannelChanged Keep(string? channel)
    {
        _info.OwnChannel = channel;
        return new ChannelChanged(Asked);
    }

    private async Task<Reply> SendAsync(HttpMethod method, Uri url, JsonObject? body, CancellationToken cancellationToken)
    {
        if (_limit.BlocksEventsAndChannels)
        {
            return new Reply(null, "rate_limited");
        }
        var reply = await _server.SendAsync(method, url, body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
        return reply.Answer is { IsSuccess: false, IsJson: false } ? new Reply(null, "response_error") : reply;
    }
}
