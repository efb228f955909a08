namespace Serverless.Simulation;

/// <summary>The lives that are simulated: healthy, borderline and bad, with and without a live control.</summary>
internal static class Scenarios
{
    private const double Margin = 0.005;

    public static IReadOnlyList<Scenario> All { get; } = [.. Healthy(), .. Borderline(), .. Bad()];

    private static IEnumerable<Scenario> Healthy()
    {
        foreach (var (fleet, rate, history) in new[]
        {
            (200L, 0.0, 0L), (2_000, 0.001, 0), (10_000, 0.005, 0), (10_000, 0.02, 0),
            (2_000, 0.005, 200), (10_000, 0.02, 200), (10_000, 0.1, 200),
            (100_000, 0.005, 10_000), (20_000, 0.02, 10_000), (10_000, 0.1, 10_000),
            (100_000, 0.001, 100_000), (100_000, 0.005, 100_000), (20_000, 0.02, 100_000), (10_000, 0.1, 100_000),
        })
        {
            yield return New($"healthy {rate:0.0 %}, history {history:N0}", fleet, rate, rate, history, Claim.Healthy);
        }

        var long5 = New("", 20_000, 0.005, 0.005, 100_000, Claim.Healthy);
        yield return long5 with { Name = "healthy 0.5 %, random delays", Arrival = Arrival.Random };
        yield return long5 with { Name = "healthy 0.5 %, late failures", Arrival = Arrival.Late };
        yield return long5 with { Name = "healthy 0.5 %, goods first", Arrival = Arrival.GoodsFirst };
        yield return long5 with { Name = "healthy 0.5 %, 30 % silent", Silent = 0.3 };
        yield return long5 with { Name = "healthy 0.5 %, live 10:1", LivePerExposed = 10 };
        yield return long5 with { Name = "healthy 0.5 %, live 1:1", LivePerExposed = 1 };
        yield return long5 with { Name = "healthy 0.5 %, live 1:1, late", LivePerExposed = 1, Arrival = Arrival.Late };
        yield return long5 with { Name = "healthy 0.5 %, live 1:1, no history", LivePerExposed = 1, History = 0 };
        yield return long5 with { Name = "healthy 2.0 %, live 10:1", Fleet = 10_000, StableRate = 0.02, CandidateRate = 0.02, LivePerExposed = 10 };
        yield return long5 with { Name = "healthy 10.0 %, live 1:1", Fleet = 2_000, StableRate = 0.1, CandidateRate = 0.1, LivePerExposed = 1 };
        yield return long5 with { Name = "healthy 0.5 %, failures overtake (beyond the assumption)", Arrival = Arrival.Overtaking, Claim = null };
        yield return New("healthy 10.0 %, history 0 (beyond the assumption)", 10_000, 0.1, 0.1, 0, claim: null);
    }

    private static IEnumerable<Scenario> Borderline()
    {
        var edge = New("", 20_000, 0.005, 0.005 + Margin, 100_000, Claim.Healthy);
        yield return edge with { Name = "borderline 0.5 % + margin" };
        yield return edge with { Name = "borderline 0.5 % + margin, live 10:1", LivePerExposed = 10 };
        yield return edge with { Name = "borderline 0.5 % + margin, live 1:1", LivePerExposed = 1 };
        yield return New("borderline 2.0 % + margin", 20_000, 0.02, 0.02 + Margin, 100_000, Claim.Healthy);
    }

    private static IEnumerable<Scenario> Bad()
    {
        var five = New("", 20_000, 0.005, 0.05, 100_000, claim: null);
        yield return five with { Name = "bad 5 % for 0.5 %", Claim = Claim.Bad };
        yield return five with { Name = "bad 5 % for 0.5 %, live 10:1", LivePerExposed = 10, Claim = Claim.Bad };
        yield return five with { Name = "bad 5 % for 0.5 %, live 1:1", LivePerExposed = 1 };
        yield return five with { Name = "bad 5 % for 0.5 %, history 10,000", History = 10_000 };
        yield return five with { Name = "bad 5 % for 0.5 %, history 200", History = 200 };
        yield return five with { Name = "bad 5 % for 0.5 %, history 0", History = 0 };
        yield return five with { Name = "bad 5 % for 0.5 %, random delays", Arrival = Arrival.Random };
        yield return five with { Name = "bad 5 % for 0.5 %, late failures", Arrival = Arrival.Late };
        yield return five with { Name = "bad 5 % for 0.5 %, 30 % silent", Silent = 0.3 };
        yield return New("bad 1.5 % for 0.5 %", 100_000, 0.005, 0.015, 100_000, claim: null);
        yield return New("bad 6 % for 2 %", 20_000, 0.02, 0.06, 100_000, claim: null);
        yield return New("bad 20 % for 0.5 %", 10_000, 0.005, 0.2, 100_000, claim: null);
        yield return New("bad 20 % for 0.5 %, history 0", 10_000, 0.005, 0.2, 0, claim: null);
        yield return New("bad 100 % for 0.5 %, history 0", 200, 0.005, 1, 0, claim: null);
    }

    private static Scenario New(string name, long fleet, double stable, double candidate, long history, Claim? claim) => new()
    {
        Name = name,
        Fleet = fleet,
        StableRate = stable,
        CandidateRate = candidate,
        History = history,
        Claim = claim,
    };
}
