using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Management;

namespace Serverless.Statistics;

/// <summary>Which series are asked for.</summary>
/// <param name="From">The beginning of the first period.</param>
/// <param name="To">The end of the last one.</param>
/// <param name="Step">The length of each.</param>
/// <param name="By">By what series are told apart; null for one of everything.</param>
internal sealed record StatisticsQuery(DateTimeOffset From, DateTimeOffset To, TimeStep Step, Grouping? By)
{
    /// <summary>Most points of a series.</summary>
    public const int MaxPoints = 1_000;

    /// <summary>Reads the parameters <c>from</c>, <c>to</c>, <c>step</c> and <c>by</c>, all of which may be missing.</summary>
    /// <returns>Either a problem or the query. The range is widened to whole periods.</returns>
    public static (Problem? Problem, StatisticsQuery? Query) Read(IQueryCollection query, DateTimeOffset now)
    {
        if (!TryReadWord<TimeStep>(query, "step", TimeStep.Hour, out var step))
        {
            return (Problem.InvalidParameter("step", "minute, hour or day"), null);
        }

        if (!TryReadWord<Grouping>(query, "by", null, out var by))
        {
            return (Problem.InvalidParameter("by", "version or platform"), null);
        }

        if (!TryReadTime(query, "to", now, out var to))
        {
            return (Problem.InvalidParameter("to", "a time such as 2026-01-31T12:00:00Z"), null);
        }

        if (!TryReadTime(query, "from", to - UsualRange(step!.Value), out var from))
        {
            return (Problem.InvalidParameter("from", "a time such as 2026-01-31T12:00:00Z"), null);
        }

        var asked = new StatisticsQuery(step.Value.Floor(from), step.Value.Ceiling(to), step.Value, by);
        return asked.From >= asked.To ? (Problem.InvalidParameter("from", "before to"), null)
            : asked.To - asked.From > MaxPoints * step.Value.Length() ? (Problem.InvalidParameter("from", $"at most {MaxPoints} steps before to"), null)
            : (null, asked);
    }

    private static TimeSpan UsualRange(TimeStep step) => step switch
    {
        TimeStep.Minute => TimeSpan.FromHours(1),
        TimeStep.Hour => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(30),
    };

    private static bool TryReadWord<T>(IQueryCollection query, string name, T? usual, out T? value)
        where T : struct, Enum
    {
        value = usual;
        if (query[name].ToString() is not { Length: > 0 } word)
        {
            return true;
        }

        value = Enum.GetValues<T>().Where(each => JsonNamingPolicy.CamelCase.ConvertName($"{each}") == word).Select(each => (T?)each).FirstOrDefault();
        return value is not null;
    }

    private static bool TryReadTime(IQueryCollection query, string name, DateTimeOffset usual, out DateTimeOffset value)
    {
        value = usual;
        return query[name].ToString() is not { Length: > 0 } text
            || (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value) && value.Year is > 2000 and < 9000);
    }
}
