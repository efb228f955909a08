using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Serverless.Commands.Server;

/// <summary>An answer of the API for people: members as lines, lists of objects as tables, all in the words of the API.</summary>
internal static class JsonText
{
    // Of a cell; --json has it whole.
    private const int MaxCell = 100;

    /// <summary>Members below one another, then what is nested in them, under its name.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="answer">What to show.</param>
    public static void WriteMembers(IAnsiConsole console, JsonObject answer)
    {
        var members = answer.Where(member => member.Value is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 })).ToArray();
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in members.Where(member => IsPlain(member.Value)))
        {
            grid.AddRow(new Text(Words(name)), new Text(Cell(value, int.MaxValue)));
        }

        console.Write(grid);
        foreach (var (name, value) in members.Where(member => !IsPlain(member.Value)))
        {
            console.WriteLine();
            console.WriteLine(Words(name));
            Write(console, value!);
        }
    }

    /// <param name="console">Where to.</param>
    /// <param name="rows">Objects of one kind.</param>
    /// <param name="columns">Members to show, with dots into nested ones; all plain ones when empty.</param>
    public static void WriteTable(IAnsiConsole console, JsonArray rows, IReadOnlyList<string> columns)
    {
        if (rows.Count == 0)
        {
            console.WriteLine("There is nothing.");
            return;
        }

        var shown = columns.Count > 0
            ? columns
            : [.. rows.OfType<JsonObject>().SelectMany(row => row.Where(member => IsPlain(member.Value)).Select(member => member.Key)).Distinct()];
        var table = new Table().Border(TableBorder.None);
        foreach (var column in shown)
        {
            var isNumber = rows.All(row => Member(row, column)?.GetValueKind() is null or JsonValueKind.Number);
            table.AddColumn(new TableColumn(new Text(Words(column).ToUpperInvariant())) { Alignment = isNumber ? Justify.Right : Justify.Left }.PadRight(2));
        }

        foreach (var row in rows)
        {
            table.AddRow(shown.Select(column => new Text(Cell(Member(row, column), MaxCell))));
        }

        console.Write(table);
    }

    private static void Write(IAnsiConsole console, JsonNode value)
    {
        switch (value)
        {
            case JsonObject nested:
                WriteMembers(console, nested);
                break;
            case JsonArray rows when rows.All(row => row is JsonObject):
                WriteTable(console, rows, []);
                break;
            case JsonArray lines:
                console.WriteLine(string.Join('\n', lines.Select(line => Cell(line, int.MaxValue))));
                break;
        }
    }

    private static bool IsPlain(JsonNode? value) => value is null or JsonValue || (value is JsonArray list && list.All(item => item is JsonValue) && list.Sum(item => $"{item}".Length) < MaxCell);

    private static JsonNode? Member(JsonNode? row, string path) => path.Split('.').Aggregate(row, (node, name) => (node as JsonObject)?[name]);

    private static string Cell(JsonNode? value, int most)
    {
        var text = value switch
        {
            null => "",
            JsonArray list => string.Join(", ", list.Select(item => Cell(item, most))),
            JsonObject nested => string.Join(' ', nested.Select(member => Cell(member.Value, most)).Where(part => part.Length > 0)),
            JsonValue plain when plain.TryGetValue<bool>(out var flag) => flag ? "yes" : "no",
            JsonValue plain when plain.GetValueKind() is JsonValueKind.String && plain.TryGetValue<DateTimeOffset>(out var at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            _ => value.ToString().ReplaceLineEndings(" "),
        };
        return text.Length <= most ? text : $"{text[..(most - 1)]}…";
    }

    /// <summary><c>openIncidents</c> as <c>open incidents</c>, <c>policy.public</c> as <c>policy public</c>.</summary>
    private static string Words(string member)
    {
        var words = new StringBuilder();
        foreach (var letter in member)
        {
            words.Append(letter is '.' or '_' ? " " : char.IsAsciiLetterUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString());
        }

        return words.ToString();
    }
}
