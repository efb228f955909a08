using System.Buffers;
using System.Collections.Immutable;

namespace Serverless.Devices.Authentication.Signatures;

/// <summary>
/// Reads dictionaries of HTTP structured fields (RFC 8941, 3.2), and only as a serialiser writes them (4.1): no other blanks, no number with a
/// leading zero, no key twice. So the text that came is the text that was signed, and needs no second writer. Decimals are not read: nothing
/// here has any.
/// </summary>
internal static class StructuredDictionary
{
    /// <summary>Characters. A signature over every component that is known takes some 400.</summary>
    public const int MaxLength = 2048;

    private const int MaxIntegerDigits = 15;

    private static readonly SearchValues<char> KeyStart = SearchValues.Create("*abcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> KeyRest = SearchValues.Create("*abcdefghijklmnopqrstuvwxyz0123456789_-.");
    private static readonly SearchValues<char> TokenStart = SearchValues.Create("*ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> TokenRest =
        SearchValues.Create("!#$%&'*+-.^_`|~:/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <returns>The members in their order; null when the text is no dictionary, or an empty one.</returns>
    public static ImmutableArray<DictionaryMember>? Parse(string? text)
    {
        if (text is null or { Length: 0 or > MaxLength })
        {
            return null;
        }

        var reader = new Reader(text);
        var members = ImmutableArray.CreateBuilder<DictionaryMember>();
        do
        {
            if (ReadMember(ref reader) is not { } member || members.Any(other => other.Key == member.Key))
            {
                return null;
            }

            members.Add(member);
        }
        while (reader.Take(", "));
        return reader.IsAtEnd ? members.ToImmutable() : null;
    }

    private static DictionaryMember? ReadMember(ref Reader reader)
    {
        if (reader.TakeRun(KeyStart, KeyRest) is not { } key)
        {
            return null;
        }

        var from = reader.Position;
        if (!reader.Take('='))
        {
            // A member without a value is true.
            return ReadParameters(ref reader) is { } flags
                ? new DictionaryMember(key, new BareItem(BareItemKind.Boolean, BareItem.True), null, flags, reader.TextFrom(from))
                : null;
        }

        from = reader.Position;
        ImmutableArray<FieldItem>? items = null;
        BareItem? value = null;
        if (reader.Take('('))
        {
            items = ReadInnerList(ref reader);
        }
        else
        {
            value = ReadBareItem(ref reader);
        }

        // A serialiser leaves out the value of what is true.
        return (items is not null || value is { } known && known != new BareItem(BareItemKind.Boolean, BareItem.True)) && ReadParameters(ref reader) is { } parameters
            ? new DictionaryMember(key, value, items, parameters, reader.TextFrom(from))
            : null;
    }

    private static ImmutableArray<FieldItem>? ReadInnerList(ref Reader reader)
    {
        var items = ImmutableArray.CreateBuilder<FieldItem>();
        while (!reader.Take(')'))
        {
            if ((items.Count > 0 && !reader.Take(' '))
                || ReadBareItem(ref reader) is not { } value
                || ReadParameters(ref reader) is not { } parameters)
            {
                return null;
            }

            items.Add(new FieldItem(value, parameters));
        }

        return items.ToImmutable();
    }

    private static ImmutableArray<FieldParameter>? ReadParameters(ref Reader reader)
    {
        var parameters = ImmutableArray.CreateBuilder<FieldParameter>();
        while (reader.Take(';'))
        {
            if (reader.TakeRun(KeyStart, KeyRest) is not { } key || parameters.Any(other => other.Key == key))
            {
                return null;
            }

            var value = new BareItem(BareItemKind.Boolean, BareItem.True);
            if (reader.Take('='))
            {
                if (ReadBareItem(ref reader) is not { } told || told == value)
                {
                    return null;
                }

                value = told;
            }

            parameters.Add(new FieldParameter(key, value));
        }

        return parameters.ToImmutable();
    }

    private static BareItem? ReadBareItem(ref Reader reader) => reader.Next switch
    {
        '"' => ReadString(ref reader),
        ':' => ReadBytes(ref reader),
        '?' => ReadBoolean(ref reader),
        '-' or (>= '0' and <= '9') => ReadInteger(ref reader),
        _ => reader.TakeRun(TokenStart, TokenRest) is { } token ? new BareItem(BareItemKind.Token, token) : null,
    };

    private static BareItem? ReadString(ref Reader reader)
    {
        reader.Take('"');
        var text = new System.Text.StringBuilder();
        while (reader.Next is >= ' ' and <= '~')
        {
            if (reader.Take('"'))
            {
                return new BareItem(BareItemKind.String, text.ToString());
            }

            if (reader.Take('\\') && reader.Next is not ('"' or '\\'))
            {
                return null;
            }

            text.Append(reader.TakeNext());
        }

        return null;
    }

    private static BareItem? ReadBytes(ref Reader reader)
    {
        reader.Take(':');
        var from = reader.Position;
        while (reader.Next is not (':' or '\0'))
        {
            reader.TakeNext();
        }

        var text = reader.TextFrom(from);
        var bytes = new byte[text.Length];

        // Bits that no byte has would let one value be written in several ways.
        return reader.Take(':') && Convert.TryFromBase64String(text, bytes, out var length) && Convert.ToBase64String(bytes, 0, length) == text
            ? new BareItem(BareItemKind.Bytes, text)
            : null;
    }

    private static BareItem? ReadBoolean(ref Reader reader) =>
        reader.Take("?1") ? new BareItem(BareItemKind.Boolean, BareItem.True)
        : reader.Take("?0") ? new BareItem(BareItemKind.Boolean, BareItem.False)
        : null;

    private static BareItem? ReadInteger(ref Reader reader)
    {
        var from = reader.Position;
        reader.Take('-');
        var digits = 0;
        while (reader.Next is >= '0' and <= '9')
        {
            reader.TakeNext();
            digits++;
        }

        var text = reader.TextFrom(from);
        return digits is > 0 and <= MaxIntegerDigits && reader.Next != '.' && (digits == 1 ? text != "-0" : !text.TrimStart('-').StartsWith('0'))
            ? new BareItem(BareItemKind.Integer, text)
            : null;
    }

    /// <summary>A position in the text. Behind its end is <c>\0</c>, which no field value may hold.</summary>
    private struct Reader(string text)
    {
        public int Position { get; private set; }

        public readonly bool IsAtEnd => Position == text.Length;

        public readonly char Next => IsAtEnd ? '\0' : text[Position];

        public readonly string TextFrom(int from) => text[from..Position];

        public char TakeNext() => text[Position++];

        public bool Take(char expected)
        {
            var taken = !IsAtEnd && text[Position] == expected;
            Position += taken ? 1 : 0;
            return taken;
        }

        public bool Take(string expected)
        {
            var taken = string.CompareOrdinal(text, Position, expected, 0, expected.Length) == 0;
            Position += taken ? expected.Length : 0;
            return taken;
        }

        /// <returns>As many characters as fit; null when the first does not.</returns>
        public string? TakeRun(SearchValues<char> first, SearchValues<char> rest)
        {
            if (IsAtEnd || !first.Contains(text[Position]))
            {
                return null;
            }

            var length = text.AsSpan(Position + 1).IndexOfAnyExcept(rest);
            var from = Position;
            Position = length < 0 ? text.Length : Position + 1 + length;
            return text[from..Position];
        }
    }
}
