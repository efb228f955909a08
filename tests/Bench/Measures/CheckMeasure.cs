using Serverless.Bench.Load;

namespace Serverless.Bench.Measures;

/// <summary>Update checks and reports under load, each beside the ceiling of the same answer size, in turns.</summary>
internal static class CheckMeasure
{
    private const string Checks = "/api/updates";
    private const string Reports = "/api/stats";
    private const int EventsPerReport = 20;

    // Few enough that storage answers for each of them within the time for which an offer is remembered.
    private const int DevicesInHaste = 200;

    private const int TimesPeer = 15;

    private static readonly int[] Connections = [1, 16, 64];

    public static async Task<ResultTable> RunAsync(Stage stage)
    {
        using var upToDate = RequestFile.Checks(Stage.App, Stage.Version);
        using var outdated = RequestFile.Checks(Stage.App, "builtin");
        using var inHaste = RequestFile.Checks(Stage.App, "builtin", DevicesInHaste);
        using var reports = RequestFile.Reports(Stage.App, Stage.Version, EventsPerReport);
        await using var server = await stage.StartAsync();
        var answer = (await server.CheckAsync(RequestFile.Check(Stage.App, Stage.Version))).Length;
        var offer = (await server.CheckAsync(RequestFile.Check(Stage.App, "builtin"))).Length;
        await using var ceiling = await Stage.StartCeilingAsync(answer);
        await using var offerCeiling = await Stage.StartCeilingAsync(offer);

        await using var peer = stage.Options.CodePushServer is { } checkout ? await CodePushServer.StartAsync(checkout, stage.Storage) : null;

        Load[] loads =
        [
            new("ceiling, answers of an up-to-date check", ceiling.Address, Checks, upToDate),
            new("up-to-date check", server.Address, Checks, upToDate),
            new("ceiling, answers of an offer", offerCeiling.Address, Checks, outdated),
            new("offer, to a device that had it before", server.Address, Checks, outdated),
            new("offer, to a device that asks again at once", server.Address, Checks, inHaste),
            new($"report of {EventsPerReport} events", server.Address, Reports, reports),
            .. peer is null ? Array.Empty<Load>() : [new Load("code-push-server, up to date", peer.Check, peer.Check.PathAndQuery, Requests: null)],
        ];

        // So that every device is known and everything hot is compiled as far as it will be.
        foreach (var load in loads)
        {
            await load.RunAsync(Connections[^1], stage.Options.Round);
        }

        var rounds = new List<(Load Load, int Connections, LoadFigures Figures)>();
        for (var round = 0; round < stage.Options.Rounds; round++)
        {
            foreach (var connections in Connections)
            {
                foreach (var load in loads)
                {
                    rounds.Add((load, connections, await load.RunAsync(connections, stage.Options.Round)));
                }
            }
        }

        var middles = rounds.GroupBy(round => (round.Load, round.Connections), round => round.Figures).ToDictionary(group => group.Key, group => LoadFigures.MiddleOf([.. group]));
        return new ResultTable(
            "Requests",
            $"Answered a second, with the median and the 99th percentile in milliseconds. The answers have {answer} and {offer} bytes.",
            ["", .. Connections.Select(connections => connections == 1 ? "1 connection" : $"{connections} connections")],
            [.. loads.Select(load => (string[])[load.Name, .. Connections.Select(connections => Cell(middles[(load, connections)]))])])
        {
            Verdicts =
            [
                Compare("update check, up to date, 64 connections", 0.8, middles[(loads[1], 64)], middles[(loads[0], 64)]),
                Compare("update check that needs an update, 64 connections", 0.6, middles[(loads[3], 64)], middles[(loads[2], 64)]),
                ComparePeer(
                    middles[(loads[1], 64)],
                    peer is null ? null : Connections.Max(connections => middles[(loads[^1], connections)].PerSecond)),
            ],
        };
    }

    private static Verdict Compare(string what, double bound, LoadFigures ours, LoadFigures ceiling)
    {
        var share = ours.PerSecond / ceiling.PerSecond;
        return new Verdict(what, $"≥ {bound:P0} of the ceiling", $"{share:P0}", share >= bound);
    }

    private static Verdict ComparePeer(LoadFigures ours, double? best) => new(
        "update check, up to date, beside code-push-server on the same Azurite",
        $"≥ {TimesPeer} × of its best",
        best is null ? "not measured: `CODE_PUSH_SERVER` was not given" : $"{ours.PerSecond / best:N0} ×",
        best is null ? null : ours.PerSecond / best >= TimesPeer);

    private static string Cell(LoadFigures figures) => $"{figures.PerSecond:N0} ({figures.Median:N1}, {figures.Slow:N1})";

    private sealed record Load(string Name, Uri Server, string Path, RequestFile? Requests)
    {
        public Task<LoadFigures> RunAsync(int connections, TimeSpan round) => LoadTool.RunAsync(Server, Path, Requests?.Path, connections, round);
    }
}
