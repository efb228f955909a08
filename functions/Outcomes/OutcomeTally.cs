namespace Serverless.Outcomes;

/// <summary>Distinct devices of a release, counted.</summary>
/// <param name="Exposed">Were offered it and then ran it, installed it or reported about it.</param>
/// <param name="Good">Exposed, and it worked first.</param>
/// <param name="Failed">Exposed, and it failed first.</param>
/// <param name="Discarded">Reported a failure without ever having been offered it.</param>
/// <param name="Recovered">Exposed, and seen on a good release after it was withdrawn.</param>
internal readonly record struct OutcomeTally(long Exposed, long Good, long Failed, long Discarded, long Recovered = 0)
{
    public static OutcomeTally operator +(OutcomeTally a, OutcomeTally b) =>
        new(a.Exposed + b.Exposed, a.Good + b.Good, a.Failed + b.Failed, a.Discarded + b.Discarded, a.Recovered + b.Recovered);
}
