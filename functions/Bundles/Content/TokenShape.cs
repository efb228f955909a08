using System.Buffers;

namespace Serverless.Bundles.Content;

/// <summary>How a kind of secret looks: a prefix that nothing else has, and characters of an alphabet after it.</summary>
/// <param name="Kind">What it is, in words that fit "what looks like …".</param>
/// <param name="Prefix">Rare enough that finding it costs nothing.</param>
/// <param name="Alphabet">Of what follows.</param>
/// <param name="Least">Fewest characters that follow; with the prefix, fewer than <see cref="TextWindow.Reach"/>.</param>
/// <param name="Most">Most.</param>
internal sealed record TokenShape(string Kind, string Prefix, SearchValues<char> Alphabet, int Least, int Most)
{
    /// <summary>What may stand between prefix and secret, as a string in a script or JSON has line ends between its lines; null when nothing may.</summary>
    public SearchValues<char>? Between { get; init; }

    /// <param name="text">What surrounds the prefix.</param>
    /// <param name="at">Where it starts.</param>
    /// <returns>What follows the prefix, or nothing when it is no secret.</returns>
    public ReadOnlySpan<char> Match(ReadOnlySpan<char> text, int at)
    {
        if (!text[at..].StartsWith(Prefix, StringComparison.Ordinal) || (Between is null && at > 0 && (char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] == '_')))
        {
            return [];
        }

        var rest = text[(at + Prefix.Length)..];
        rest = Between is not null && rest.IndexOfAnyExcept(Between) is >= 0 and var start ? rest[start..] : rest;
        var length = rest.IndexOfAnyExcept(Alphabet) is >= 0 and var end ? end : rest.Length;
        return length >= Least && length <= Most ? rest[..length] : [];
    }
}
