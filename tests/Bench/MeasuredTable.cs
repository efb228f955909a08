using System.Globalization;
using System.Text.Json;
using Serverless.Bench.Measures;

namespace Serverless.Bench;

/// <summary>A table and the circumstances under which it was measured. Kept on disk, so that one measure can be repeated without the others.</summary>
/// <param name="Table">What was measured.</param>
/// <param name="At">When it began.</param>
/// <param name="Load">How many processes waited for a processor then, on average over a minute; null where the system does not say.</param>
/// <param name="Round">How long each round of load took.</param>
internal sealed record MeasuredTable(ResultTable Table, DateTimeOffset At, double? Load, TimeSpan Round)
{
    private const string LoadFile = "/proc/loadavg";

    /// <summary>Measures, and keeps what came of it in a folder, under a name.</summary>
    public static async Task MeasureAsync(string folder, string name, Func<Stage, Task<ResultTable>> measure, Stage stage)
    {
        var (at, load) = (DateTimeOffset.UtcNow, ReadLoad());
        var measured = new MeasuredTable(await measure(stage), at, load, stage.Options.Round);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(PathOf(folder, name), JsonSerializer.Serialize(measured));
    }

    /// <returns>What was measured last under the name, or null.</returns>
    public static async Task<MeasuredTable?> FindAsync(string folder, string name) =>
        File.Exists(PathOf(folder, name)) ? JsonSerializer.Deserialize<MeasuredTable>(await File.ReadAllTextAsync(PathOf(folder, name))) : null;

    private static string PathOf(string folder, string name) => Path.Combine(folder, $"{name}.json");

    private static double? ReadLoad() =>
        File.Exists(LoadFile) ? double.Parse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture) : null;
}
