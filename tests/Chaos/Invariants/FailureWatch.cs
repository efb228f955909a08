using Azure;
using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Chaos.Devices;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Storage;
using Serverless.Tests.Support;

namespace Serverless.Chaos.Invariants;

/// <summary>Follows each failure that a server has answered for to its row among the outcomes, and tells the device when it is there.</summary>
internal sealed class FailureWatch(string storage, string keyFolder, ChaosFleet fleet)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly AppId _app = StoredState.Id(ChaosRun.App);
    private readonly TableClient _outcomes = new(storage, Tables.Outcomes);
    private readonly Lazy<Pepper> _pepper = new(() => Pepper.From(new SigningOptions { KeyFolder = keyFolder, CreateMissing = false }));

    public DevicePseudonym PseudonymOf(ChaosDevice device) => DevicePseudonym.Of(_app, device.Id, _pepper.Value);

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            foreach (var device in fleet.Devices)
            {
                foreach (var (version, byFiles) in device.Accepted.Keys.Where(accepted => !accepted.ByFiles && !device.IsRemembered(accepted.Version)))
                {
                    await LookAsync(device, version, cancellation);
                }
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(ChaosDevice device, string version, CancellationToken cancellation)
    {
        try
        {
            var pseudonym = PseudonymOf(device);
            var partition = OutcomeKeys.Partition(new TallyKey(_app, BundleVersion.Parse(version)), OutcomeKeys.Shard(pseudonym));
            var row = await _outcomes.GetEntityIfExistsAsync<TableEntity>(partition, OutcomeKeys.Device(pseudonym), cancellationToken: cancellation);
            if (row.HasValue && OutcomeRows.ReadOutcome(row.Value!).HasFailed)
            {
                device.Remember(version);
            }
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            // Storage is away; the next round looks again.
        }
    }
}
