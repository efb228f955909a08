using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.EndToEnd.Killed;

/// <summary>A server that is killed at chosen instants of its work and started again on the same storage.</summary>
internal sealed class KilledServer : IAsyncDisposable
{
    // Works like the defaults, but comes back to what a killed server left within a second instead of half a minute.
    private static readonly Dictionary<string, string?> QuickRecovery = new()
    {
        ["BlobScan__Interval"] = "00:00:00.2",
        ["BlobScan__ResendAfter"] = "00:00:01",
        // As many intakes as die together.
        ["AzureFunctionsJobHost__extensions__blobs__maxDegreeOfParallelism"] = "4",
        ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:01",
        ["AzureFunctionsJobHost__extensions__queues__maxPollingInterval"] = "00:00:00.2",
        // Comes at its own times, which are no step of the work.
        ["Statistics__FlushEvery"] = "01:00:00",
    };

    // Only a test that fails waits for it; thousands of files on a busy machine take their time.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly StorageProxy _proxy;

    private KilledServer(StorageProxy proxy, Deployment deployment, StoredState storage)
    {
        _proxy = proxy;
        Deployment = deployment;
        Storage = storage;
    }

    public Deployment Deployment { get; }

    public StoredState Storage { get; }

    /// <summary>All that reached storage or was held on its way, from the killed server and its successors.</summary>
    public IReadOnlyList<StorageRequest> Requests => [.. _proxy.Requests];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<KilledServer> StartAsync(string storage, params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var proxy = await StorageProxy.StartAsync(storage, Cancellation);
        try
        {
            var connection = KeyValuePair.Create<string, string?>("AzureWebJobsStorage", proxy.ConnectionString);
            return new KilledServer(proxy, await Deployment.StartAsync([.. QuickRecovery, connection, .. settings]), new StoredState(storage));
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>The steps of what <paramref name="act"/> sets off, seen in an undisturbed run. The server must have been idle.</summary>
    public async Task<IReadOnlyList<StorageStep>> RecordAsync(string subject, Func<Task> act)
    {
        _proxy.Forget();
        await act();
        await Storage.WaitUntilIdleAsync();
        var steps = StorageStep.Among(_proxy.Requests, subject);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', steps));
        return steps;
    }

    /// <summary>
    /// Sets the same work off on other subjects, one after another, and kills the server when each has come to its own step. A start of the server costs
    /// more than all else, so several die with it; the last steps come first, because what is held early in the work may hold up what is started after it.
    /// </summary>
    /// <param name="works">With steps of a recorded run, in its order.</param>
    /// <param name="stage">Whether storage still gets to do the steps.</param>
    public Task KillAtAsync(IEnumerable<KilledWork> works, Stage stage) =>
        KillAtAsync(works.Reverse().Select(work => ($"{work.Step}", work.Step.In(work.Subject), work.Act)), stage);

    /// <summary>Kills the server at the first request that matches.</summary>
    /// <param name="name">What the request is, for a failure's message.</param>
    /// <param name="match">Asked about every request from now on.</param>
    /// <param name="stage">Whether storage still gets to do it.</param>
    /// <param name="act">Sets the work off; must bear the death of the server.</param>
    public Task KillAtAsync(string name, Func<StorageRequest, bool> match, Stage stage, Func<Task> act) => KillAtAsync([(name, match, act)], stage);

    private async Task KillAtAsync(IEnumerable<(string Name, Func<StorageRequest, bool> Match, Func<Task> Act)> works, Stage stage)
    {
        var holds = new List<StorageHold>();
        var acting = new List<Task>();
        try
        {
            foreach (var (name, match, act) in works)
            {
                var hold = _proxy.Hold(match, stage);
                holds.Add(hold);
                acting.Add(act());
                await Eventually.True(() => hold.Reached.IsCompleted, $"The server should have come to {name}.", Patience);
            }

            await Deployment.KillAsync();
            await Eventually.True(() => holds.Sum(hold => hold.Waiting) == 0, "The held requests should have died with the server.");
            await Task.WhenAll(acting);
        }
        finally
        {
            holds.ForEach(hold => hold.Dispose());
        }
    }

    /// <summary>Starts a successor and waits until it has finished what the killed server left.</summary>
    public async Task RecoverAsync()
    {
        await Deployment.StartAgainAsync();
        await Storage.WaitUntilIdleAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await Deployment.DisposeAsync();
        await _proxy.DisposeAsync();
    }
}
