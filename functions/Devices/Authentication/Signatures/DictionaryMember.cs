using System.Collections.Immutable;
using System.Globalization;

namespace Serverless.Devices.Authentication.Signatures;

/// <summary>A member of a structured dictionary: a value or an inner list, either with parameters.</summary>
/// <param name="Key">Its name; no two members have the same.</param>
/// <param name="Value">Null for an inner list.</param>
/// <param name="Items">Null for a value.</param>
/// <param name="Parameters">Of the value or of the list as a whole.</param>
/// <param name="Text">Value or list with its parameters, as it came.</param>
internal sealed record DictionaryMember(
    string Key, BareItem? Value, ImmutableArray<FieldItem>? Items, ImmutableArray<FieldParameter> Parameters, string Text);

/// <summary>An item of an inner list.</summary>
internal sealed record FieldItem(BareItem Value, ImmutableArray<FieldParameter> Parameters);

/// <summary>A parameter; one without a value is true.</summary>
internal sealed record FieldParameter(string Key, BareItem Value);

internal enum BareItemKind
{
    Integer,
    String,
    Token,
    Bytes,
    Boolean,
}

/// <param name="Kind">Its type.</param>
/// <param name="Text">The content: digits, characters without escapes, base64, or <see cref="True"/> and <see cref="False"/>.</param>
internal readonly record struct BareItem(BareItemKind Kind, string Text)
{
    public const string True = "1";
    public const string False = "0";

    /// <summary>Null for another type, as with the others.</summary>
    public long? Integer => Kind is BareItemKind.Integer ? long.Parse(Text, CultureInfo.InvariantCulture) : null;

    public string? String => Kind is BareItemKind.String ? Text : null;

    /// <summary>Decoded anew each time.</summary>
    public byte[]? Bytes => Kind is BareItemKind.Bytes ? Convert.FromBase64String(Text) : null;
}
