using System.Globalization;
using Serverless.Chaos.Servers;

namespace Serverless.Chaos.Invariants;

/// <summary>
/// Whether memory, handles and threads stayed flat: the median of the last third of a run beside that of the first. Samples of young processes are left out, in
/// which the runtime still compiles and fills its pools, so deaths do not hide a leak.
/// </summary>
internal sealed record Soak(string Instance, Vitals First, Vitals Last, int Samples)
{
    /// <summary>A third with fewer samples says nothing.</summary>
    public const int FewestSamples = 30;

    // Medians of a garbage-collected process under changing faults move by some tens of megabytes; a leak of a megabyte a minute passes this within an hour.
    private const double MemoryBound = 1.25;
    private const double MoreMemory = 16;

    // Sockets and pool threads come and go with what is injected at the time.
    private const double CountBound = 1.25;
    private const double MoreHandles = 30;
    private const double MoreThreads = 8;

    private static readonly TimeSpan Grown = TimeSpan.FromMinutes(3);

    public bool IsJudged => Samples >= FewestSamples;

    /// <returns>Empty when all of it is flat, or there is too little to judge by.</returns>
    public IEnumerable<string> Defects()
    {
        if (IsJudged)
        {
            if (Last.Memory > (First.Memory * MemoryBound) + MoreMemory)
            {
                yield return $"the memory of instance {Instance} grew from {First.Memory:0} to {Last.Memory:0} MB";
            }

            if (Last.Handles > (First.Handles * CountBound) + MoreHandles)
            {
                yield return $"the handles of instance {Instance} grew from {First.Handles:0} to {Last.Handles:0}";
            }

            if (Last.Threads > (First.Threads * CountBound) + MoreThreads)
            {
                yield return $"the threads of instance {Instance} grew from {First.Threads:0} to {Last.Threads:0}";
            }
        }
    }

    public static Soak Of(Instance instance)
    {
        var grown = instance.Vitals.Where(vitals => vitals.Age >= Grown).ToArray();
        var third = grown.Length / 3;
        return new Soak(instance.Name, Median(grown[..third]), Median(grown[^third..]), third);
    }

    public override string ToString() => IsJudged
        ? string.Create(CultureInfo.InvariantCulture, $"{First.Memory:0} → {Last.Memory:0} MB, {First.Handles:0} → {Last.Handles:0} handles, {First.Threads:0} → {Last.Threads:0} threads")
        : "too short to tell";

    private static Vitals Median(Vitals[] samples) => samples.Length == 0 ? default : new Vitals(
        TimeSpan.Zero, Middle(samples, vitals => vitals.Memory), Middle(samples, vitals => vitals.Handles), Middle(samples, vitals => vitals.Threads));

    private static double Middle(Vitals[] samples, Func<Vitals, double> value) => samples.Select(value).Order().ElementAt(samples.Length / 2);
}
