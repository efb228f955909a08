using System.Diagnostics.CodeAnalysis;
using NCrontab;

namespace Serverless.Hosts.Standalone.Timers;

/// <summary>A six-field NCRONTAB schedule, seconds first, in UTC.</summary>
internal sealed class TimerSchedule
{
    private static readonly CrontabSchedule.ParseOptions SixFields = new() { IncludingSeconds = true };

    private readonly CrontabSchedule _schedule;

    private TimerSchedule(string expression, CrontabSchedule schedule) => (Expression, _schedule) = (expression, schedule);

    public string Expression { get; }

    public static bool TryParse(string expression, [NotNullWhen(true)] out TimerSchedule? schedule)
    {
        var parsed = CrontabSchedule.TryParse(expression, SixFields);
        schedule = parsed is null ? null : new TimerSchedule(expression, parsed);
        return parsed is not null;
    }

    /// <summary>The first occurrence after the instant, never the instant itself.</summary>
    public DateTimeOffset NextAfter(DateTimeOffset instant) => new(_schedule.GetNextOccurrence(instant.UtcDateTime), TimeSpan.Zero);
}
