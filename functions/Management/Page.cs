using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Serverless.Management;

/// <summary>Which part of a list a call asks for: <c>?limit=</c> entries behind <c>?after=</c>, which is the <c>next</c> of the page before and means nothing else to callers.</summary>
/// <param name="Limit">Most entries, from 1 to 100.</param>
/// <param name="After">Where the page before ended, as the list itself writes it; null for the first page.</param>
internal readonly record struct Page(int Limit, string? After)
{
    public const string LimitParameter = "limit";
    public const string AfterParameter = "after";

    private const int MaxLimit = 100;
    private const int DefaultLimit = 50;
    private const int MaxPlace = 2048;

    public static readonly Problem UnknownPlace = Problem.InvalidParameter(AfterParameter, "the next of an earlier page");

    /// <summary>Where the page before ended, for lists that count their entries; null for the first page, and for what is no number.</summary>
    public long? AfterNumber => long.TryParse(After, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <returns>What is wrong with the query, or null with the page.</returns>
    public static Problem? Read(HttpRequest request, out Page page)
    {
        page = new Page(DefaultLimit, null);
        if (request.Query[LimitParameter].ToString() is { Length: > 0 } limit)
        {
            if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) || wanted is < 1 or > MaxLimit)
            {
                return Problem.InvalidParameter(LimitParameter, $"a whole number from 1 to {MaxLimit}");
            }

            page = page with { Limit = wanted };
        }

        if (request.Query[AfterParameter].ToString() is { Length: > 0 } after)
        {
            if (after.Length > MaxPlace || !Base64Url.IsValid(after))
            {
                return UnknownPlace;
            }

            page = page with { After = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(after)) };
        }

        return null;
    }

    /// <summary>The same for lists that count their entries.</summary>
    public static Problem? ReadNumbered(HttpRequest request, out Page page) =>
        Read(request, out page) ?? (page is { After: not null, AfterNumber: null } ? UnknownPlace : null);

    /// <summary>Cuts a list to this page.</summary>
    /// <param name="found">Its entries from where the page begins, up to one more than the page holds.</param>
    /// <param name="next">The <c>next</c> of a page that ends with an entry.</param>
    /// <returns>What to show, and where the next page begins; null at the end.</returns>
    public (ImmutableArray<T> Shown, string? Next) Cut<T>(IReadOnlyCollection<T> found, Func<T, string> next)
    {
        ImmutableArray<T> shown = [.. found.Take(Limit)];
        return (shown, found.Count > shown.Length ? next(shown[^1]) : null);
    }

    /// <summary>Cuts this page from a list of which all entries are at hand.</summary>
    /// <param name="entries">In any order.</param>
    /// <param name="place">Where an entry stands: no two are at the same place, and the list is in the ordinal order of places.</param>
    public (ImmutableArray<T> Shown, string? Next) CutWhole<T>(IEnumerable<T> entries, Func<T, string> place)
    {
        var after = After ?? "";
        var found = entries.Select(entry => (Entry: entry, Place: place(entry)))
            .Where(entry => string.CompareOrdinal(entry.Place, after) > 0)
            .OrderBy(entry => entry.Place, StringComparer.Ordinal)
            .Take(Limit + 1)
            .ToArray();
        var (shown, next) = Cut(found, entry => Next(entry.Place));
        return ([.. shown.Select(entry => entry.Entry)], next);
    }

    /// <summary>A place among entries of which the newest comes first.</summary>
    /// <param name="at">When the entry was made.</param>
    /// <param name="name">Tells entries of one moment apart.</param>
    public static string NewestFirst(DateTimeOffset at, string name) => string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.MaxValue.UtcTicks - at.UtcTicks:D19}/{name}");

    /// <summary>The <c>next</c> of a page that ends here.</summary>
    public static string Next(string place) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place));

    public static string Next(long number) => Next(number.ToString(CultureInfo.InvariantCulture));
}
