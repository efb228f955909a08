using System.Globalization;

namespace Serverless.Chaos.Acts;

/// <summary>One thing that is done, all of it drawn beforehand.</summary>
/// <param name="At">Since the beginning of the schedule.</param>
/// <param name="Kind">What.</param>
/// <param name="Instance">To which of the two, where it is done to one.</param>
/// <param name="Lasts">Until it is undone.</param>
/// <param name="Share">Of requests or messages that it happens to.</param>
/// <param name="Skew">Of the clock of an instance that is started again, in whole seconds; where two are, the other has the opposite.</param>
internal sealed record Act(TimeSpan At, ActKind Kind, int Instance, TimeSpan Lasts, double Share, TimeSpan Skew)
{
    public override string ToString()
    {
        var what = Kind switch
        {
            ActKind.Kill or ActKind.KillBoth => string.Create(CultureInfo.InvariantCulture, $"clock {Skew.TotalSeconds:+0;-0;0} s"),
            ActKind.StopStorage => "",
            ActKind.FullDisk => $"instance {Instance}",
            ActKind.Duplicate or ActKind.Reorder => string.Create(CultureInfo.InvariantCulture, $"{Share:P0} of messages"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Share:P0} of requests of instance {Instance}"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Kind} for {Lasts.TotalSeconds:0.0} s {what}").TrimEnd();
    }
}
