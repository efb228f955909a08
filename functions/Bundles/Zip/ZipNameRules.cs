using System.Globalization;
using System.Text;

namespace Serverless.Bundles.Zip;

/// <summary>Which entry names may reach a device's file system.</summary>
internal static class ZipNameRules
{
    private const int MaxNameBytes = 1024;

    // Deeper than any build puts its files; without a bound, folders could cost far more memory than the names that imply them.
    private const int MaxDepth = 32;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the name as UTF-8, with or without the flag that says so: devices do the same.</summary>
    /// <returns>The rejection, or null when the name is fine.</returns>
    public static Rejection? Read(ReadOnlySpan<byte> raw, out string name)
    {
        name = "";
        try
        {
            name = StrictUtf8.GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            return new Rejection(RejectionCode.InvalidEntryName, "An entry's name is not valid UTF-8.", Shorten(Encoding.Latin1.GetString(raw)));
        }

        return Check(name, raw.Length);
    }

    /// <summary>A name as it may be shown: bounded, and free of control and direction-changing characters.</summary>
    public static string Shorten(string name) =>
        string.Concat(name.EnumerateRunes().Take(200).Select(rune => IsHidden(rune) ? "\uFFFD" : rune.ToString()));

    private static Rejection? Check(string name, int rawLength)
    {
        var segments = (name.EndsWith('/') ? name[..^1] : name).Split('/');
        return name switch
        {
            _ when name.Length == 0 || rawLength > MaxNameBytes => Refuse(RejectionCode.InvalidEntryName, "is empty or longer than 1,024 bytes"),
            _ when name.Contains('\\') => Refuse(RejectionCode.BackslashPath, "holds a backslash, which devices refuse"),
            _ when name[0] == '/' || (name.Length > 1 && name[1] == ':') => Refuse(RejectionCode.AbsolutePath, "is an absolute path"),
            _ when segments.Contains("..") => Refuse(RejectionCode.PathTraversal, "climbs out of the bundle with '..'"),
            _ when segments.Length > MaxDepth => Refuse(RejectionCode.InvalidEntryName, "is more than 32 folders deep"),
            _ when segments.Any(segment => segment is "" or ".") => Refuse(RejectionCode.InvalidEntryName, "has an empty or '.' path segment"),
            _ when name.EnumerateRunes().Any(IsHidden) => Refuse(RejectionCode.InvalidEntryName, "holds a control character, an invisible one, or one that Unicode does not assign"),
            _ when name.EnumerateRunes().Any(IsDecomposed) => Refuse(RejectionCode.DecomposedName, "is not in Unicode's composed form (NFC), so it is another file on Android than on iOS"),
            _ => null,
        };

        Rejection Refuse(string code, string reason) => new(code, $"The entry name {reason}.", Shorten(name));
    }

    // Apple's file systems refuse what is not assigned; the two fillers are letters by category and show nothing.
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned || rune.Value is 0x3164 or 0xFFA0;

    // What NFC leaves in no name that people write: combining accents, conjoining jamo, combining kana marks, and signs and ideographs that
    // stand for others. Without ICU, string.Normalize does nothing; these are what packers on Macs and tricks with look-alikes bring.
    private static bool IsDecomposed(Rune rune) => rune.Value is (>= 0x0300 and <= 0x036F) or (>= 0x1100 and <= 0x11FF) or 0x3099 or 0x309A
        or 0x037E or 0x1FEF or 0x2126 or 0x212A or 0x212B or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
