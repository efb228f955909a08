using System.Collections.Concurrent;
using Serverless.Device;
using Serverless.Device.Answers;

namespace Serverless.Fleet;

/// <summary>Devices that are up to date ask again and again, as fast as the connections allow.</summary>
internal static class LoadRun
{
    /// <param name="devices">Who asks; each connection goes through its own share of them.</param>
    /// <param name="connections">How many ask at the same time.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    public static async Task<LoadResult> RunAsync(
        IReadOnlyList<FleetDevice> devices, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        var complaints = new ConcurrentBag<string>();
        var start = TimeProvider.System.GetTimestamp();
        // A device is driven by one caller at a time, so no two connections may share one.
        var workers = Math.Min(connections, devices.Count);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => AskAsync(worker), cancellationToken)));
        return new LoadResult(latencies, TimeProvider.System.GetElapsedTime(start), [.. complaints]);

        async Task AskAsync(int worker)
        {
            for (var i = worker; TimeProvider.System.GetElapsedTime(start) < duration; i = i + workers < devices.Count ? i + workers : worker)
            {
                var asked = TimeProvider.System.GetTimestamp();
                if (await ComplainAsync(devices[i], cancellationToken) is { } complaint)
                {
                    complaints.Add(complaint);
                }
                latencies.Record(TimeProvider.System.GetElapsedTime(asked));
            }
        }
    }

    private static async Task<string?> ComplainAsync(FleetDevice device, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await device.CheckAsync(cancellationToken);
            return answer is Refusal { Kind: not RefusalKind.Failed } or AlreadyRunning ? null : $"an up-to-date device was answered {answer}";
        }
        catch (HarmfulAnswerException e)
        {
            return e.Message;
        }
    }
}

/// <summary>What a load run measured.</summary>
internal sealed record LoadResult(Latencies Latencies, TimeSpan Elapsed, IReadOnlyList<string> Complaints)
{
    public double ChecksPerSecond => Latencies.Count / Elapsed.TotalSeconds;
}
