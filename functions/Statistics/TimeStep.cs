namespace Serverless.Statistics;

/// <summary>How long one point of a series lasts. Periods are those of UTC.</summary>
internal enum TimeStep
{
    Minute,
    Hour,
    Day,
}

internal static class TimeSteps
{
    /// <summary>The steps that are rolled up from the one before them, in the order in which that is done.</summary>
    public static readonly TimeStep[] RolledUp = [TimeStep.Hour, TimeStep.Day];

    public static TimeSpan Length(this TimeStep step) => step switch
    {
        TimeStep.Minute => TimeSpan.FromMinutes(1),
        TimeStep.Hour => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    };

    /// <summary>What a rolled-up step is made of.</summary>
    public static TimeStep Finer(this TimeStep step) => step is TimeStep.Day ? TimeStep.Hour : TimeStep.Minute;

    /// <summary>The beginning of the period that the moment is in.</summary>
    public static DateTimeOffset Floor(this TimeStep step, DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % step.Length().Ticks), TimeSpan.Zero);

    /// <summary>The first beginning of a period that is not before the moment.</summary>
    public static DateTimeOffset Ceiling(this TimeStep step, DateTimeOffset at) => step.Floor(at) is var floor && floor == at ? floor : floor + step.Length();

    /// <summary>The beginnings of the periods from one beginning up to another, which is left out.</summary>
    public static IEnumerable<DateTimeOffset> Periods(this TimeStep step, DateTimeOffset from, DateTimeOffset to)
    {
        for (var at = from; at < to; at += step.Length())
        {
            yield return at;
        }
    }
}
