namespace Serverless.Simulation;

/// <summary>Random counts by the gaps between failures: a life of a hundred thousand devices costs as much as its failures.</summary>
internal static class Chance
{
    /// <summary>Which of the devices fail, from 1 to their number, each independently of the others.</summary>
    public static IEnumerable<long> Failures(this Random random, long devices, double rate)
    {
        if (rate <= 0)
        {
            yield break;
        }

        for (var device = random.Gap(rate); device <= devices; device += random.Gap(rate))
        {
            yield return device;
        }
    }

    // Of the geometric distribution; beyond every fleet where the draw is extreme.
    private static long Gap(this Random random, double rate) =>
        rate >= 1 ? 1 : 1 + (long)Math.Min(double.LogP1(-random.NextDouble()) / double.LogP1(-rate), 1e15);
}
