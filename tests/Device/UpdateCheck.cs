using System.Text.Json;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;
using Serverless.Device.Stats;

namespace Serverless.Device;

/// <summary>One question to the server, and the event that some answers cause.</summary>
internal sealed class UpdateCheck(
    DeviceInfo info, PluginHttp http, UpdateAnswerReader reader, PluginGeneration generation, RateLimit limit, EventQueue events)
{
    /// <exception cref="HarmfulAnswerException">The answer would hurt real devices.</exception>
    public async Task<UpdateAnswer> AskAsync(InstalledBundle running, CancellationToken cancellationToken)
    {
        var answer = await TryAskAsync(running, cancellationToken);
        if (EventOf(answer) is { } action)
        {
            events.Add(action, running.Version);
        }
        return answer;
    }

    private async Task<UpdateAnswer> TryAskAsync(InstalledBundle running, CancellationToken cancellationToken)
    {
        if (limit.BlocksChecks)
        {
            return new Unanswered("rate_limited");
        }
        try
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(info.Describe(running.Version));
            var answer = await http.PostAsync(info.Profile.UpdateUrl, body, cancellationToken);
            limit.Observe(answer);
            if (limit.TakeReport(answer))
            {
                await events.ReportRateLimitAsync(info.Profile.StatsUrl, running.Version, cancellationToken);
            }
            return reader.Read(answer, running);
        }
        catch (HttpRequestException)
        {
            return new Unanswered("network_error");
        }
        catch (TimeoutException)
        {
            return new Unanswered("timeout_error");
        }
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
