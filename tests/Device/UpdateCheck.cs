using System.Text.Json;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;
using Serverless.Device.Stats;

namespace Serverless.Device;

/// <summary>One question to the server, and the event that some answers cause.</summary>
internal sealed class UpdateCheck(
    DeviceInfo info, ServerCall server, UpdateAnswerReader reader, PluginGeneration generation, RateLimit limit, EventQueue events)
{
    /// <summary>Asks as the plugin does by itself.</summary>
    /// <exception cref="HarmfulAnswerException">The answer would hurt real devices.</exception>
    public async Task<UpdateAnswer> AskAsync(InstalledBundle running, CancellationToken cancellationToken)
    {
        var answer = await AskForAppAsync(running, channel: null, cancellationToken);
        if (EventOf(answer) is { } action)
        {
            events.Add(action, running.Version);
        }
        return answer;
    }

    /// <summary>Asks as the app's script does, which causes no events and may name a channel for this once.</summary>
    /// <exception cref="HarmfulAnswerException">The answer would hurt real devices.</exception>
    public async Task<UpdateAnswer> AskForAppAsync(InstalledBundle running, string? channel, CancellationToken cancellationToken)
    {
        if (limit.BlocksChecks)
        {
            return new Unanswered("rate_limited");
        }

        var body = info.Describe(running.Version);
        if (channel is not null)
        {
            body["defaultChannel"] = channel;
        }
        var reply = await server.SendAsync(HttpMethod.Post, info.Profile.UpdateUrl, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
        return reply.Answer is { } answer ? reader.Read(answer, running) : new Unanswered(reply.Failure);
    }

    private string? EventOf(UpdateAnswer answer) => answer switch
    {
        Unanswered => "download_fail",
        Refusal refusal => generation.RefusalReading switch
        {
            RefusalReading.Kind when refusal.Kind is RefusalKind.Failed => "download_fail",
            RefusalReading.Status when refusal.Status is < 200 or >= 300 => "download_fail",
            RefusalReading.AlwaysFailed => "download_fail",
            RefusalReading.BackendRefusal => "backend_refusal",
            _ => null,
        },
        _ => null,
    };
}
