using Serverless.Bench.Load;

namespace Serverless.Bench.Measures;

/// <summary>What a check allocates, beside the same of the ceiling: the difference is ours, the rest the framework's.</summary>
internal static class AllocationMeasure
{
    private const int Connections = 16;

    public static async Task<ResultTable> RunAsync(Stage stage)
    {
        using var upToDate = RequestFile.Checks(Stage.App, Stage.Version);
        using var outdated = RequestFile.Checks(Stage.App, "builtin");
        var (ours, theirs) = (new AllocationProbe(), new AllocationProbe());
        await using var server = await stage.StartAsync(ours.Settings);
        await using var ceiling = await Stage.StartCeilingAsync((await server.CheckAsync(RequestFile.Check(Stage.App, Stage.Version))).Length, theirs.Settings);
        return new ResultTable(
            "Allocations",
            "Bytes allocated in the whole process for each request, background included.",
            ["", "bytes a request"],
            [
                ["ceiling", $"{await PerRequestAsync(ceiling, theirs, upToDate):N0}"],
                ["up-to-date check", $"{await PerRequestAsync(server, ours, upToDate):N0}"],
                ["offer, to a device that had it before", $"{await PerRequestAsync(server, ours, outdated):N0}"],
            ]);

        async Task<double> PerRequestAsync(MeasuredProcess process, AllocationProbe probe, RequestFile requests)
        {
            // The first round makes what is kept.
            await LoadTool.RunAsync(process.Address, "/api/updates", requests.Path, Connections, stage.Options.Round);
            var before = await probe.ReadAsync();
            var figures = await LoadTool.RunAsync(process.Address, "/api/updates", requests.Path, Connections, stage.Options.Round);
            return (await probe.ReadAsync() - before) / figures.Answered;
        }
    }
}
