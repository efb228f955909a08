using System.Text.RegularExpressions;

namespace Serverless.Tests.Support.Processes;

/// <summary>The token that a server prints, once: when its storage was new.</summary>
public static partial class FirstToken
{
    /// <summary>Waits for it: a server listens before it has printed it.</summary>
    /// <param name="output">The lines written so far.</param>
    public static async Task<string> ReadAsync(Func<IEnumerable<string>> output)
    {
        await Eventually.True(() => Find().Success, "The server should have printed its first token.");
        return Find().Value;

        Match Find() => Pattern().Match(string.Join('\n', output()));
    }

    [GeneratedRegex("sot_[A-Za-z0-9_-]{48}")]
    private static partial Regex Pattern();
}
