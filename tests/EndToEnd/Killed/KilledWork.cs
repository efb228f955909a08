namespace Serverless.Tests.EndToEnd.Killed;

/// <summary>Work on a subject that is to be cut off at a step.</summary>
/// <param name="Step">Of a recorded run on another subject.</param>
/// <param name="Subject">What the work is on, as paths name it.</param>
/// <param name="Act">Sets it off; must bear the death of the server.</param>
internal sealed record KilledWork(StorageStep Step, string Subject, Func<Task> Act)
{
    private const int ThatDieTogether = 4;

    /// <summary>Shares works out over as few deaths as may be. Neighbours die apart: the first steps of intake are those of one scanner, which cannot come to two of them.</summary>
    public static IEnumerable<IReadOnlyList<KilledWork>> ByDeath(IReadOnlyList<KilledWork> works)
    {
        var deaths = (works.Count + ThatDieTogether - 1) / ThatDieTogether;
        return works.Index().GroupBy(work => work.Index % deaths, work => work.Item).Select(IReadOnlyList<KilledWork> (death) => [.. death]);
    }
}
