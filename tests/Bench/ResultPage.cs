using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Serverless.Bench;

/// <summary>The results as a page of Markdown: promises first, then what they were read from.</summary>
internal static class ResultPage
{
    public static string Write(IReadOnlyList<MeasuredTable> tables, BenchOptions options)
    {
        var page = new StringBuilder()
            .AppendLine("# Measured")
            .AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"By `tests/Bench/run.sh`: {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores shared by server, emulator and load tool, {RuntimeInformation.FrameworkDescription}.")
            .AppendLine(CultureInfo.InvariantCulture, $"Rounds are interleaved, and the middle of {options.Rounds} counts. Figures move from run to run; ratios taken in one run are what is promised.")
            .AppendLine();
        Append(page, ["promise", "target", "measured", ""], tables.SelectMany(table => table.Table.Verdicts).Select(verdict => (string[])[verdict.What, verdict.Target, verdict.Measured, verdict.IsMet switch { true => "met", false => "**missed**", null => "" }]));
        foreach (var (table, at, load, round) in tables)
        {
            page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {table.Title}").AppendLine().AppendLine(table.Note);
            page.AppendLine(CultureInfo.InvariantCulture, $"Begun on {at:yyyy-MM-dd HH:mm} UTC at a load of {load:N1}, rounds of {round.TotalSeconds:N0} seconds.").AppendLine();
            Append(page, table.Columns, table.Rows);
        }

        return page.ToString();
    }

    private static void Append(StringBuilder page, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        page.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns)} |").AppendLine(CultureInfo.InvariantCulture, $"|{string.Concat(columns.Select(_ => " --- |"))}");
        foreach (var row in rows)
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |");
        }
    }
}
