using Serverless.Bench.Load;
using Serverless.Tests.Support.Faults;

namespace Serverless.Bench.Measures;

/// <summary>What checks ask of storage, counted by a proxy before it.</summary>
internal static class StorageMeasure
{
    private const int Connections = 16;

    // A server asks its queues all the time; all that it does counts here, so that what it does by itself cannot hide what checks cost.
    private const double Tolerance = 0.001;

    public static async Task<ResultTable> RunAsync(Stage stage)
    {
        await using var proxy = await StorageProxy.StartAsync(stage.Storage);
        await using var server = await stage.StartAsync(KeyValuePair.Create("AzureWebJobsStorage", proxy.ConnectionString));
        using var checks = RequestFile.Checks(Stage.App, Stage.Version);
        var round = TimeSpan.FromSeconds(Math.Max(10, stage.Options.Round.TotalSeconds));
        await LoadTool.RunAsync(server.Address, "/api/updates", checks.Path, Connections, round);

        proxy.Forget();
        await Task.Delay(round);
        var idle = proxy.Requests.Count;

        proxy.Forget();
        var figures = await LoadTool.RunAsync(server.Address, "/api/updates", checks.Path, Connections, round);
        var busy = proxy.Requests.Count;
        var answered = figures.PerSecond * round.TotalSeconds;
        var perCheck = busy / answered;

        return new ResultTable(
            "Storage",
            $"Operations in {round.TotalSeconds:N0} seconds. A server asks its queues and writes down its counts, however many devices ask.",
            ["", "checks answered", "operations"],
            [["idle", "0", $"{idle:N0}"], ["up-to-date checks", $"{answered:N0}", $"{busy:N0}"]])
        {
            Verdicts = [new Verdict("storage operations per up-to-date check", "0 amortised", $"{perCheck:0.00000}, with all that the server does by itself", perCheck < Tolerance)],
        };
    }
}
