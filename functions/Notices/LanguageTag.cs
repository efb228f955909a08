using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Serverless.Notices;

/// <summary>Language tags such as <c>de</c> and <c>pt-BR</c> (BCP 47), and which of them serves a reader best.</summary>
internal static partial class LanguageTag
{
    /// <summary>What every notice has.</summary>
    public const string Default = "en";

    private const int MaxLength = 35;
    private const int MaxWanted = 10;

    public static bool IsValid(string text) => text.Length <= MaxLength && Pattern().IsMatch(text);

    /// <returns>What the reader wants, the dearest first: what the query says, else the header <c>Accept-Language</c>. What is no tag is left out: looking it up may take long.</returns>
    public static string[] Wanted(HttpRequest request) => request.Query["lang"].ToString() is { Length: > 0 } lang
        ? IsValid(lang) ? [lang] : []
        : [.. request.GetTypedHeaders().AcceptLanguage
            .Where(language => language.Quality is null or > 0)
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.ToString())
            .Where(IsValid)
            .Take(MaxWanted)];

    /// <summary>Looks each language up, cut from the right until something fits (RFC 4647, 3.4), or else takes its first regional form.</summary>
    /// <param name="wanted">The dearest first.</param>
    /// <param name="available">Holds <see cref="Default"/>, which serves a reader of none of them.</param>
    public static string Choose(IEnumerable<string> wanted, IEnumerable<string> available)
    {
        foreach (var language in wanted)
        {
            for (var range = language; range.Length > 0; range = range[..Math.Max(range.LastIndexOf('-'), 0)])
            {
                var found = available.FirstOrDefault(tag => tag.Equals(range, StringComparison.OrdinalIgnoreCase))
                    ?? available.FirstOrDefault(tag => tag.StartsWith($"{range}-", StringComparison.OrdinalIgnoreCase));
                if (found is not null)
                {
                    return found;
                }
            }
        }

        return Default;
    }

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
