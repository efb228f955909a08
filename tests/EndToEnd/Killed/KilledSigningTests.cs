using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.EndToEnd.Killed;

/// <summary>A release of many files, each of which has to be signed, by a custodian that bears only so many signatures a second.</summary>
public sealed class KilledSigningTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string App = "com.example.manyfiles";
    private const string Version = "1.0.0";
    private const int Files = 1500;
    private const int KilledAfter = 600;

    // Files that intake works on at once: signed, and on their way into the table, when the server dies.
    private const int OnTheirWay = 4;

    private static readonly byte[] Bundle = Enumerable.Range(0, Files - 4)
        .Aggregate(WebBundle.Small(Version), (bundle, number) => bundle.With($"chunks/{number}.js", $"export default {number}"))
        .Zip();

    [Fact]
    public async Task Successor_signs_what_is_missing_and_nothing_twice()
    {
        await using var server = await KilledServer.StartAsync(azurite.ConnectionString, new KeyValuePair<string, string?>("Signing__SignaturesPerSecond", "200"));
        var signed = 0;

        await server.KillAtAsync(
            $"signature no. {KilledAfter}",
            request => IsSignature(request) && Interlocked.Increment(ref signed) == KilledAfter,
            Stage.BeforeForwarding,
            () => server.Storage.UploadAsync(App, Version, Bundle));
        await server.RecoverAsync();

        Assert.Equal(Version, (await server.Storage.FindProductionAsync(App))?.Target?.Value);
        var written = server.Requests.Where(IsSignature).CountBy(request => request.Path).ToDictionary();
        Assert.Equal(Files, written.Count);
        Assert.InRange(written.Count(row => row.Value > 1), 0, OnTheirWay);
        Assert.All(written, row => Assert.InRange(row.Value, 1, 2));
    }

    private static bool IsSignature(StorageRequest request) =>
        request is { Service: StorageService.Table, Method: "PUT" } && request.Path.StartsWith(Tables.FileSignatures, StringComparison.Ordinal);
}
