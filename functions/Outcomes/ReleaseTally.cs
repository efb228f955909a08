using System.Collections.Immutable;
using Serverless.Devices;

namespace Serverless.Outcomes;

/// <summary>The devices of a release: all of them, those of each part of the fleet, and the failed ones by what they reported.</summary>
/// <param name="Total">All devices.</param>
/// <param name="Cells">By the cells they were in when they were first exposed. A device is in up to four of them.</param>
/// <param name="Codes">Failed devices by the action that made them count as failed.</param>
internal sealed record ReleaseTally(OutcomeTally Total, ImmutableDictionary<Cell, OutcomeTally> Cells, ImmutableDictionary<string, long> Codes)
{
    /// <summary>How often the terms became narrower on which a device may be offered the release. While it stays, so do the terms of every device counted here.</summary>
    public long Narrowings { get; init; }

    /// <summary>Most cells of a shard; devices say what they like, and further ones count in the total alone.</summary>
    public const int MaxCells = 64;

    /// <summary>Most failure codes of a shard.</summary>
    public const int MaxCodes = 16;

    public static readonly ReleaseTally Zero = new(default, ImmutableDictionary<Cell, OutcomeTally>.Empty, ImmutableDictionary<string, long>.Empty);

    /// <summary>Adds what a vote changed.</summary>
    /// <param name="added">The change.</param>
    /// <param name="cells">Of the device, as they were when it was first exposed.</param>
    /// <param name="code">What was reported.</param>
    public ReleaseTally Add(OutcomeTally added, DeviceCells cells, string code)
    {
        var counted = Cells.ToBuilder();
        foreach (var cell in added == default ? [] : cells.All())
        {
            if (counted.TryGetValue(cell, out var before) || counted.Count < MaxCells)
            {
                counted[cell] = before + added;
            }
        }

        var failed = added.Failed > 0 && (Codes.ContainsKey(code) || Codes.Count < MaxCodes)
            ? Codes.SetItem(code, Codes.GetValueOrDefault(code) + added.Failed)
            : Codes;
        return new ReleaseTally(Total + added, counted.ToImmutable(), failed) { Narrowings = Narrowings };
    }

    public static ReleaseTally operator +(ReleaseTally a, ReleaseTally b) => new(
        a.Total + b.Total,
        a.Cells.SetItems(b.Cells.Select(cell => KeyValuePair.Create(cell.Key, a.Cells.GetValueOrDefault(cell.Key) + cell.Value))),
        a.Codes.SetItems(b.Codes.Select(code => KeyValuePair.Create(code.Key, a.Codes.GetValueOrDefault(code.Key) + code.Value))))
    {
        Narrowings = a.Narrowings + b.Narrowings,
    };
}
