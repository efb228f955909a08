using System.Globalization;
using System.Text;
using Serverless.Ledger;

namespace Serverless.Chaos;

/// <summary>What a run came to.</summary>
internal sealed record ChaosReport
{
    public required int Seed { get; init; }

    public required double Minutes { get; init; }

    /// <summary>Acts that were begun and undone.</summary>
    public required Tally Acts { get; init; }

    /// <summary>Requests and messages that something was done to.</summary>
    public required Tally Faults { get; init; }

    /// <summary>Zips dropped, repetitions included.</summary>
    public required int Uploads { get; init; }

    public required Tally Refused { get; init; }

    public required LedgerWatch Ledger { get; init; }

    public required int Devices { get; init; }

    public required Tally Counts { get; init; }

    /// <summary>Poison that was put back when the faults were over, and was then done.</summary>
    public required Tally Replayed { get; init; }

    public required int FailedStarts { get; init; }

    public required IReadOnlyList<Soak> Soaks { get; init; }

    /// <summary>What could not be done on this machine.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }

    public required IReadOnlyList<string> Violations { get; init; }

    public static string Describe(LedgerWatch ledger) =>
        $"{ledger.Of(LedgerKind.ReleasePublished).Count()} published, {ledger.Of(LedgerKind.ReleaseWithdrawn).Count()} withdrawn";

    /// <summary>As a table of Markdown.</summary>
    public string ToMarkdown()
    {
        var page = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"| seed {Seed} | {Minutes:0.#} minutes |").AppendLine("| --- | --- |");
        void Row(string name, string value) => page.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {value} |");

        Row("acts survived", Acts.ToString());
        Row("faults injected", Faults.ToString());
        Row("starts that storage's faults ended, and that were made again", $"{FailedStarts}");
        Row("uploads", $"{Uploads} dropped; {Describe(Ledger)}; refused: {Refused}");
        Row("incidents", $"{Ledger.Of(LedgerKind.IncidentOpened).Count()} opened, {Ledger.Of(LedgerKind.IncidentResolved).Count()} resolved, {Ledger.Of(LedgerKind.IncidentEscalated).Count()} escalated");
        Row("devices", $"{Devices}: {Counts}");
        Row("poison put back after the faults, and done", Replayed.ToString());
        foreach (var soak in Soaks)
        {
            Row($"instance {soak.Instance}, median of the first third → of the last", soak.ToString());
        }

        if (LeftOut is [_, ..])
        {
            Row("left out", string.Join(", ", LeftOut));
        }

        Row("invariants", Violations is [] ? "all held" : $"**violated:** {string.Join("; ", Violations).ReplaceLineEndings(" ")}");
        return page.ToString();
    }
}
