using CsCheck;

namespace Serverless.Tests.EndToEnd.Conformance.Generated;

/// <summary>Requests to the plugin's three addresses.</summary>
internal static class AnyRequest
{
    public const string Updates = "api/updates";
    public const string Stats = "api/stats";
    public const string ChannelSelf = "api/channel_self";

    // Kestrel itself refuses a longer request line.
    private const int MaxQuery = 6_000;

    private static readonly Gen<(string Type, bool IsChunked)> Framing = Gen.Select(
        Gen.Frequency((8, "application/json"), (2, "application/json; charset=utf-8"), (1, "text/plain"), (1, "application/x-www-form-urlencoded"), (1, "")),
        Gen.Int[0, 7],
        (type, chance) => (type, chance == 0));

    /// <param name="keyId">What a device with the server's key says.</param>
    public static Gen<GeneratedRequest> For(string keyId)
    {
        var info = AnyField.Info(keyId, AnyField.App, AnyField.App, AnyField.BuiltinApp);

        // Of an app without releases: failures must not take away what the checks are offered.
        var reported = AnyField.Info(keyId, AnyField.ReportedApp);
        var check = AnyBody.Object(info);
        var choice = AnyBody.Object([.. info, AnyField.Channel]);
        var report = AnyBody.Object([.. reported.Where(field => field.Name is not "version_name"), .. AnyField.Event]);
        var reports = report.Array[0, 6].Select(events => $"[{string.Join(',', events)}]");
        return Gen.Frequency(
            (6, With(Gen.Const("POST"), Updates, check)),
            (4, With(Gen.Const("POST"), Stats, Gen.OneOf(report, reports))),
            (3, With(Gen.OneOf("POST", "POST", "PUT", "PUT", "DELETE"), ChannelSelf, choice)),
            (1, Query(info)));
    }

    private static Gen<GeneratedRequest> With(Gen<string> method, string path, Gen<string> json) => Gen.Select(
        method, AnyBody.Damaged(json), Framing, (verb, body, framing) => new GeneratedRequest(verb, path, body, framing.Type, framing.IsChunked));

    /// <summary>As the plugin lists channels and as the vendor's server is told to forget one: with the fields in the query.</summary>
    private static Gen<GeneratedRequest> Query(IReadOnlyList<(string Name, Gen<string> Value)> fields)
    {
        var pairs = fields.Select(field => Gen.Select(
            Gen.Frequency((8, field.Value), (1, AnyField.Hostile)), Gen.Int[0, 9], (value, fate) => fate switch
            {
                0 => "",
                1 => $"{field.Name}={Uri.EscapeDataString(value)}&{field.Name}={Uri.EscapeDataString(value)}&",
                2 => $"{field.Name}&",
                _ => $"{field.Name}={Uri.EscapeDataString(value.Trim('"'))}&",
            }));
        var query = pairs.Aggregate(Gen.Const(""), (before, pair) => Gen.Select(before, pair, (text, more) => text + more));
        return Gen.Select(Gen.OneOf("GET", "GET", "DELETE"), query, (method, text) => new GeneratedRequest(method, $"{ChannelSelf}?{text[..Math.Min(text.Length, MaxQuery)]}"));
    }
}
