namespace Serverless.Chaos.Acts;

/// <summary>What a seed stands for: acts and uploads, with their times. Pure: the same options give the same schedule.</summary>
/// <param name="Acts">In the order of their times.</param>
/// <param name="Uploads">The same.</param>
internal sealed record Schedule(IReadOnlyList<Act> Acts, IReadOnlyList<PlannedUpload> Uploads)
{
    private const int MaxSkewSeconds = 120;

    // Both die this seldom, so that the one which dies with the other alone lives long enough to show a leak.
    private static readonly TimeSpan Era = TimeSpan.FromMinutes(15);

    private static readonly (ActKind Kind, int Weight)[] Weights =
    [
        (ActKind.Kill, 3), (ActKind.StopStorage, 1), (ActKind.Busy, 3), (ActKind.Throttled, 2), (ActKind.Silent, 2), (ActKind.ResetBefore, 2),
        (ActKind.ResetAfter, 3), (ActKind.SlowBodies, 2), (ActKind.FullDisk, 2), (ActKind.Duplicate, 3), (ActKind.Reorder, 3),
    ];

    private static readonly (UploadKind Kind, int Weight)[] UploadWeights =
        [(UploadKind.Good, 2), (UploadKind.Bad, 3), (UploadKind.Flaky, 3), (UploadKind.Malformed, 2), (UploadKind.Again, 1)];

    public static Schedule Draw(ChaosOptions options)
    {
        var random = new Random(options.Seed);
        var acts = new List<Act>();
        for (var at = Around(options.Gap / 2, random); at < options.Length; at += Around(options.Gap, random))
        {
            acts.Add(Draw(Pick(Weights, random), at, options, random));
        }

        for (var era = TimeSpan.Zero; era < options.Length; era += Era)
        {
            var length = TimeSpan.FromTicks(Math.Min(Era.Ticks, (options.Length - era).Ticks));
            acts.Add(Draw(ActKind.KillBoth, era + (length * (0.3 + (0.4 * random.NextDouble()))), options, random));
        }

        var uploads = new List<PlannedUpload>();
        for (var at = Around(options.Upload / 2, random); at < options.Length; at += Around(options.Upload, random))
        {
            uploads.Add(new PlannedUpload(at, Pick(UploadWeights, random)));
        }

        return new Schedule([.. acts.OrderBy(act => act.At)], uploads);
    }

    private static Act Draw(ActKind kind, TimeSpan at, ChaosOptions options, Random random) => new(
        at,
        kind,
        random.Next(2),
        options.LongestAct * (0.2 + (0.8 * random.NextDouble())) / (kind is ActKind.Kill or ActKind.KillBoth or ActKind.StopStorage ? 3 : 1),
        0.1 + (0.5 * random.NextDouble()),
        TimeSpan.FromSeconds(random.Next(-MaxSkewSeconds, MaxSkewSeconds + 1)));

    private static TimeSpan Around(TimeSpan mean, Random random) => mean * (0.5 + random.NextDouble());

    private static T Pick<T>((T Kind, int Weight)[] weights, Random random)
    {
        var left = random.Next(weights.Sum(entry => entry.Weight));
        return weights.First(entry => (left -= entry.Weight) < 0).Kind;
    }
}
