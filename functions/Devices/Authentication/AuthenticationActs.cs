using System.Text.Json;
using Serverless.Ledger;
using Serverless.Releases;

namespace Serverless.Devices.Authentication;

/// <summary>Changes of what an app asks of its devices, and what the ledger says of them: words, and the digest of the row that they leave.</summary>
internal static class AuthenticationActs
{
    public static CatalogChange Change(DeviceAuthentication after, LedgerEntry told) => new()
    {
        Authentication = after,
        Ledger = [told with { Why = RowDigest.Tell(told.Why, JsonSerializer.Serialize(after, PipelineJson.Default.DeviceAuthentication)) }],
    };

    /// <summary>Makes every instance read keys of devices again, because one of them is good no more.</summary>
    public static CatalogChange EndKeys(DeviceAuthentication before, LedgerEntry told) =>
        Change(before with { Revocations = before.Revocations + 1 }, told);

    /// <summary>What the app asks, in a few words.</summary>
    public static string Describe(DeviceAuthentication asked) =>
        $"accepts {string.Join(", ", asked.Methods.Select(method => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{method}")))}"
        + (asked.Certificates is { } trust
            ? $"; certificates by {trust.Authorities.Length} authorities with {trust.RevocationLists.Length} revocation lists, bound by {JsonNamingPolicy.SnakeCaseLower.ConvertName($"{trust.Binding}")}"
            : "");
}
