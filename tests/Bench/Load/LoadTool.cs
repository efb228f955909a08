using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Serverless.Bench.Load;

/// <summary>wrk, which asks as fast as its connections are answered.</summary>
internal static class LoadTool
{
    /// <param name="server">Who is asked.</param>
    /// <param name="path">Where the bodies are posted, or what is got.</param>
    /// <param name="bodies">A file with one JSON body a line, posted in turn; null to get.</param>
    /// <param name="connections">How many ask at the same time.</param>
    /// <param name="duration">For how long; whole seconds.</param>
    /// <exception cref="InvalidOperationException">wrk is missing, failed, or was answered something else than 200.</exception>
    public static async Task<LoadFigures> RunAsync(Uri server, string path, string? bodies, int connections, TimeSpan duration)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Load", "requests.lua");
        var seconds = duration.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "-s", script, $"{server}", "--", path, .. bodies is null ? (string[])[] : [bodies]])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var line = output.Split('\n').LastOrDefault(line => line.StartsWith('{'))
            ?? throw new InvalidOperationException($"wrk ended with {wrk.ExitCode} and printed no figures:\n{output}");
        var figures = JsonSerializer.Deserialize<WrkLine>(line, JsonSerializerOptions.Web)!;
        return figures.Refused + figures.Broken == 0
            ? new LoadFigures(figures.Requests / (figures.Microseconds / 1e6), figures.P50 / 1e3, figures.P99 / 1e3, figures.Requests)
            : throw new InvalidOperationException($"Of {figures.Requests} requests to {path}, {figures.Refused} were refused and {figures.Broken} broke.");
    }

    private sealed record WrkLine(long Requests, long Microseconds, long P50, long P99, long Refused, long Broken);
}

/// <summary>What one run measured.</summary>
/// <param name="PerSecond">Requests answered a second.</param>
/// <param name="Median">Half of the answers took no longer, in milliseconds.</param>
/// <param name="Slow">All but a hundredth took no longer, in milliseconds.</param>
/// <param name="Answered">How many requests it were.</param>
internal readonly record struct LoadFigures(double PerSecond, double Median, double Slow, double Answered)
{
    /// <summary>The middle of each figure, by itself.</summary>
    public static LoadFigures MiddleOf(IReadOnlyCollection<LoadFigures> rounds) =>
        new(Middle(rounds, round => round.PerSecond), Middle(rounds, round => round.Median), Middle(rounds, round => round.Slow), Middle(rounds, round => round.Answered));

    private static double Middle(IReadOnlyCollection<LoadFigures> rounds, Func<LoadFigures, double> figure) =>
        rounds.Select(figure).Order().ElementAt(rounds.Count / 2);
}
