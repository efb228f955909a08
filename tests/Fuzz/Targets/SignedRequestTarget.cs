using System.Collections.Immutable;
using System.Text;
using Serverless.Devices.Authentication.Signatures;

namespace Serverless.Fuzz.Targets;

/// <summary>
/// The three headers of a signed request, a line each. What is read of a structured field is, written as RFC 8941 (4.1) says, the very text that
/// came; and the text that is signed has a line for each component.
/// </summary>
internal sealed class SignedRequestTarget : FuzzTarget<SignedRequestTarget.Reading>
{
    private static readonly byte[] Body = "{}"u8.ToArray();
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_764_000_000);
    private static readonly byte[] Key = Convert.FromBase64String(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE08mJ0GbAePQm6XlG4Mani6Q9/X8hs497jLxUp+gHTFgczcSTDcgsqnBoSc8A3YPE/oBKn140LUijvw9t/A/aJA==");

    public override IEnumerable<byte[]> Seeds => Files("signed-request");

    protected override Reading Read(byte[] input)
    {
        string[] lines = [.. Encoding.Latin1.GetString(input).Split('\n'), "", ""];
        var request = Exchange.Post(Body);
        request.Headers[MessageSignature.InputHeader] = lines[0];
        request.Headers[MessageSignature.Header] = lines[1];
        request.Headers[ContentDigest.Header] = lines[2];
        var signed = SignedRequest.Read(request, Body);
        return new Reading(
            [.. lines.Take(3).Select(line => (line, StructuredDictionary.Parse(line)))],
            signed,
            signed?.Text(),
            signed is not null && SignedRequestRule.FindDefect(signed, Now) is null && SignedRequestRule.IsSignedBy(signed, Key));
    }

    protected override void Check(byte[] input, Reading reading)
    {
        foreach (var (text, members) in reading.Fields)
        {
            FindingException.Unless(members is not { } read || Write(read) == text, $"Written again, '{text}' is another text.");
        }

        // Nobody has the private half of the key.
        FindingException.Unless(!reading.IsGood, "A signature that nobody made is good.");
        if (reading is { Signed.Signature: { } signature, Text: { } signedText })
        {
            var lines = Encoding.ASCII.GetString(signedText).Split('\n');
            FindingException.Unless(lines.Length == signature.Components.Length + 1, "Components and lines differ in number.");
            FindingException.Unless(lines[^1] == $"\"@signature-params\": {reading.Fields[0].Text.Split('=', 2)[1]}", "The signature's parameters are not what came.");
            FindingException.Unless(
                signature.Components.Zip(lines).All(pair => pair.Second.StartsWith($"\"{pair.First}\": ", StringComparison.Ordinal)), "Other components are read than are signed.");
            FindingException.Unless(
                signature.Parameters.Contains($";created={signature.CreatedAt.ToUnixTimeSeconds()}", StringComparison.Ordinal), "Another time is read than is signed.");
        }
    }

    private static string Write(ImmutableArray<DictionaryMember> members) => string.Join(", ", members.Select(member =>
        (member.Value, member.Items) switch
        {
            ({ } value, _) when value == new BareItem(BareItemKind.Boolean, BareItem.True) => member.Key,
            ({ } value, _) => $"{member.Key}={Write(value)}",
            (_, { } items) => $"{member.Key}=({string.Join(' ', items.Select(item => Write(item.Value) + Write(item.Parameters)))})",
            _ => "",
        } + Write(member.Parameters)));

    private static string Write(ImmutableArray<FieldParameter> parameters) => string.Concat(parameters.Select(parameter =>
        parameter.Value == new BareItem(BareItemKind.Boolean, BareItem.True) ? $";{parameter.Key}" : $";{parameter.Key}={Write(parameter.Value)}"));

    private static string Write(BareItem item) => item.Kind switch
    {
        BareItemKind.String => $"\"{item.Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        BareItemKind.Bytes => $":{Convert.ToBase64String(item.Bytes!)}:",
        BareItemKind.Boolean => $"?{item.Text}",
        BareItemKind.Integer => FormattableString.Invariant($"{item.Integer}"),
        _ => item.Text,
    };

    /// <param name="Fields">Each header, and what is read of it as a dictionary.</param>
    /// <param name="Signed">The request, when its signature is of the form that is read.</param>
    /// <param name="Text">What was signed.</param>
    /// <param name="IsGood">The request would be let through.</param>
    internal sealed record Reading(
        ImmutableArray<(string Text, ImmutableArray<DictionaryMember>? Members)> Fields, SignedRequest? Signed, byte[]? Text, bool IsGood);
}
