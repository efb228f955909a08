namespace Serverless.Bundles.Content;

/// <summary>Where a script takes code from, said in plain words: <c>import</c>, <c>importScripts</c>, workers. What it computes at run time is not seen.</summary>
internal static class ScriptImport
{
    private static readonly string[] Calls = ["import(", "importScripts(", "Worker("];

    /// <summary>What these statements hold, to be looked for.</summary>
    public static IReadOnlyList<string> Literals { get; } = [.. Calls, "import\"", "import'", "import \"", "import '", "from\"", "from'", "from \"", "from '"];

    /// <param name="text">What surrounds a literal.</param>
    /// <param name="at">Where it starts.</param>
    /// <returns>The address of another origin, or null.</returns>
    public static string? FindRemote(ReadOnlySpan<char> text, int at)
    {
        // Style sheets have an import of their own.
        if (at > 0 && text[at - 1] == '@')
        {
            return null;
        }

        var rest = text[at..];
        foreach (var literal in Literals)
        {
            if (rest.StartsWith(literal, StringComparison.Ordinal))
            {
                // Of the statement without parentheses the quote is already read; `from` is also a word of comments.
                var isCall = literal[^1] == '(';
                return isCall || literal[0] == 'i' || IsImport(text[..at]) ? Address(rest[(isCall ? literal.Length : literal.Length - 1)..].TrimStart()) : null;
            }
        }

        return null;
    }

    private static bool IsImport(ReadOnlySpan<char> before)
    {
        var statement = before[(before.LastIndexOfAny(";\"'") + 1)..];
        return statement.Contains("import", StringComparison.Ordinal) || statement.Contains("export", StringComparison.Ordinal);
    }

    private static string? Address(ReadOnlySpan<char> quoted)
    {
        if (quoted is [] || quoted[0] is not ('"' or '\'' or '`') || quoted[1..].IndexOf(quoted[0]) is not (>= 0 and var end))
        {
            return null;
        }

        var address = quoted.Slice(1, end);
        return address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || address.StartsWith("//", StringComparison.Ordinal) ? address.ToString() : null;
    }
}
