namespace Serverless.Outcomes;

/// <summary>Distinct devices of a release, counted by what is known of each now.</summary>
/// <param name="Exposed">Were offered it and then ran it, installed it or reported about it.</param>
/// <param name="Good">Exposed, and it works. One fewer when such a device crashes within the probation and counts as failed from then on.</param>
/// <param name="Failed">Exposed, and it failed.</param>
/// <param name="Discarded">Reported a failure without ever having been offered it.</param>
/// <param name="Recovered">Exposed, and seen running something else after it was withdrawn.</param>
/// <param name="Capped">Not exposed when they first voted, because too many new devices of one network had voted before them.</param>
internal readonly record struct OutcomeTally(long Exposed, long Good, long Failed, long Discarded, long Recovered = 0, long Capped = 0)
{
    public static OutcomeTally operator +(OutcomeTally a, OutcomeTally b) => new(
        a.Exposed + b.Exposed, a.Good + b.Good, a.Failed + b.Failed, a.Discarded + b.Discarded, a.Recovered + b.Recovered, a.Capped + b.Capped);

    public static OutcomeTally operator -(OutcomeTally a, OutcomeTally b) => new(
        a.Exposed - b.Exposed, a.Good - b.Good, a.Failed - b.Failed, a.Discarded - b.Discarded, a.Recovered - b.Recovered, a.Capped - b.Capped);
}
