namespace Serverless.Bench.Measures;

/// <summary>How long a process takes from its start to its first answered check, on storage that knows the app.</summary>
internal static class StartMeasure
{
    private const int Starts = 9;
    private const double Bound = 400;

    public static async Task<ResultTable> RunAsync(Stage stage)
    {
        var ours = await StartAsync(() => stage.StartAsync());
        var ceiling = await StartAsync(() => Stage.StartCeilingAsync(bytes: 100));
        var middle = ours[Starts / 2];
        return new ResultTable(
            "Start",
            $"Milliseconds from the start of a process to its first answered check, of {Starts} starts. The ceiling is not compiled ahead.",
            ["", "fastest", "median", "slowest"],
            [Row("server", ours), Row("ceiling", ceiling)])
        {
            Verdicts = [new Verdict("process start to first answered check", $"≤ {Bound:N0} ms", $"{middle:N0} ms", middle <= Bound)],
        };
    }

    private static async Task<double[]> StartAsync(Func<Task<Load.MeasuredProcess>> start)
    {
        var taken = new List<double>();
        while (taken.Count < Starts)
        {
            await using var process = await start();
            taken.Add(process.Start.TotalMilliseconds);
        }

        return [.. taken.Order()];
    }

    private static string[] Row(string name, double[] taken) => [name, $"{taken[0]:N0}", $"{taken[Starts / 2]:N0}", $"{taken[^1]:N0}"];
}
