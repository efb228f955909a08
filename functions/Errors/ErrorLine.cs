using System.Text.RegularExpressions;
using Serverless.Reports;

namespace Serverless.Errors;

/// <summary>
/// Makes one line of an error message that is the same on every device, and that tells nothing of whoever uses it: what differs from device
/// to device, or may be personal, is replaced by the name of its kind, numbers by <c>#</c>.
/// </summary>
internal static partial class ErrorLine
{
    public const int MaxLength = 200;

    // In this order: an address holds paths and numbers.
    private static readonly (Regex Pattern, string Kind)[] Replaced =
    [
        (Address(), "(url)"),
        (Mail(), "(e-mail)"),
        (Quoted(), "(text)"),
        (Uuid(), "#"),
        (FilePath(), "(path)"),
        (Token(), "(token)"),
        (Hexadecimal(), "#"),
        (Number(), "#"),
        (Blank(), " "),
    ];

    /// <returns>At most <see cref="MaxLength"/> characters; empty when the device wrote nothing.</returns>
    public static string Of(EventMetadata? metadata)
    {
        var message = FirstLine(metadata?.Message ?? metadata?.ExitReason);
        var type = FirstLine(metadata?.ErrorType);
        return Scrub(message.Contains(type, StringComparison.OrdinalIgnoreCase) ? message : $"{type}: {message}");
    }

    private static string Scrub(string line)
    {
        var scrubbed = Replaced.Aggregate(line, (text, replaced) => replaced.Pattern.Replace(text, replaced.Kind)).Trim();
        return scrubbed[..Math.Min(scrubbed.Length, MaxLength)];
    }

    private static string FirstLine(string? text) => (text ?? "").Split('\n', '\r').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";

    [GeneratedRegex(@"\w[\w+.-]*:/\S*")]
    private static partial Regex Address();

    [GeneratedRegex(@"[^\s@<>()""']+@[^\s@<>()""']+")]
    private static partial Regex Mail();

    // An apostrophe within a word quotes nothing. A quotation that was cut off ends with the line.
    [GeneratedRegex(@"""[^""]*(""|$)|`[^`]*(`|$)|“[^”]*(”|$)|«[^»]*(»|$)|(?<!\w)'[^']*('(?!\w)|$)")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"(?<!\w)([A-Za-z]:|~|\.{1,2})?([\\/][\w.@%+-]+)+[\\/]?|(?<!\w)[\w.@-]+([\\/][\w.@%+-]+){2,}")]
    private static partial Regex FilePath();

    [GeneratedRegex(@"(?=[\w+=-]{0,64}\d)[\w+=-]{16,}")]
    private static partial Regex Token();

    [GeneratedRegex(@"\b(?=[a-fA-F]*\d)(0x)?[0-9a-fA-F]{6,}\b")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"\d+([.,:]\d+)*")]
    private static partial Regex Number();

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Blank();
}
