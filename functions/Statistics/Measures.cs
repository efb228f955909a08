using System.Collections.Immutable;

namespace Serverless.Statistics;

/// <summary>A number for each <see cref="Measure"/>.</summary>
/// <param name="Values">In the order of the measures; those at the end that a row of an earlier version lacks are 0.</param>
internal readonly record struct Measures(ImmutableArray<long> Values)
{
    public static readonly ImmutableArray<Measure> All = [.. Enum.GetValues<Measure>()];

    public long this[Measure measure] => !Values.IsDefault && (int)measure < Values.Length ? Values[(int)measure] : 0;

    /// <summary>An amount of one measure and nothing of the others.</summary>
    public static Measures Of(Measure measure, long amount) => new([.. All.Select(each => each == measure ? amount : 0)]);

    public static Measures operator +(Measures a, Measures b) => new([.. All.Select(measure => a[measure] + b[measure])]);

    public bool Equals(Measures other)
    {
        var self = this;
        return All.All(measure => self[measure] == other[measure]);
    }

    public override int GetHashCode() => this[Measure.Checks].GetHashCode();
}
