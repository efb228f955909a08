using System.Security.Cryptography;
using Azure.Data.Tables;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Tests.Support;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Releases;

/// <summary>Somebody who can write to storage and cannot sign changes a release that is offered. Each instance of the pipeline meets it for the first time.</summary>
public sealed class TamperedReleaseTests(AzuriteFixture azurite, KeyFolder keys) : TwoReleasesTest(azurite, keys)
{
    public static TheoryData<string> Tamperings =>
    [
        "a byte of the document", "the document is gone", "the document is signed by another key", "the document is another release's",
        "the row names another release's document", "the row names no document", "the row is gone", "the row is another release's", "the row is not JSON",
        "/signedForms", "/notes/minNative", "/sequence", "/createdAt", "/zip/sha256", "/zip/crc32", "/fileList",
        "/signedForms/0/checksum", "/signedForms/0/legacyChecksum", "/signedForms/0/sessionKey", "/signedForms/0/fileList", "/signedForms/0/keyId",
    ];

    [Theory]
    [MemberData(nameof(Tamperings))]
    public async Task Tampered_release_is_offered_to_nobody_and_opens_an_incident(string tampering)
    {
        await TamperAsync(tampering);
        await using var instance = await StartAnotherAsync();

        var answer = await instance.CheckAsync(Device());
        var keyed = await instance.CheckAsync(Device() with { KeyId = SigningKeyId });

        Assert.Equal(("release_unverified", UpdateAnswer.KindBlocked, null), (answer.Error, answer.Kind, answer.Url));
        Assert.Equal(("release_unverified", UpdateAnswer.KindBlocked, null), (keyed.Error, keyed.Kind, keyed.Url));
        await Eventually.True(async () => await FindIncidentAsync() is not null, "The incident should have been opened.");
        var incident = await FindIncidentAsync();
        var opened = Assert.Single(await Catalog.VerifyAsync(App), entry => entry.Kind == LedgerKind.IncidentOpened);
        Assert.Equal((IncidentKind.Verification, IncidentState.Opened, Version), (incident!.Kind, incident.State, opened.Subject));
        Assert.StartsWith(incident.Reason, opened.Why, StringComparison.Ordinal);
        Assert.Contains(Version, incident.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a byte of the document")]
    [InlineData("the document is gone")]
    [InlineData("/notes/minNative")]
    [InlineData("/sequence")]
    [InlineData("the zip")]
    public async Task Tampered_release_is_not_promoted(string tampering)
    {
        await TamperAsync(tampering);

        var result = await Pipeline.IntakeAsync($"{App}/beta/{Version}.zip", Bundle(Version));

        var rejection = Assert.IsType<IntakeResult.Rejected>(result).Rejection;
        Assert.Equal(RejectionCode.ReleaseUnverified, rejection.Code);
        Assert.StartsWith($"Version {Version} is no longer what was published: ", rejection.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(await Catalog.ListChannelsAsync(App, Cancellation), channel => channel.Name.Value == "beta");
        Assert.NotNull(await FindIncidentAsync());
    }

    [Theory]
    [InlineData("a byte of the document")]
    [InlineData("the document is another release's")]
    [InlineData("/notes/minNative")]
    [InlineData("the row is another release's")]
    public async Task Tampered_release_is_no_target_of_a_rollback(string tampering)
    {
        await PublishAsync("1.2.0");
        await TamperAsync(tampering);

        await Pipeline.WithdrawAsync(App, "1.2.0");

        var production = await Catalog.FindChannelAsync(App, ChannelName.Production, Cancellation);
        Assert.Equal("1.0.0", production?.Target?.Value);
        Assert.NotNull(await FindIncidentAsync());
    }

    [Fact]
    public async Task Restored_release_is_offered_again()
    {
        var row = await RowAsync(Version);
        await TamperAsync("/notes/minNative");
        await using var instance = await StartAnotherAsync();
        Assert.Equal("release_unverified", (await instance.CheckAsync(Device())).Error);

        await Table.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation);

        await Eventually.True(async () => (await instance.CheckAsync(Device())).Version == Version && (await instance.CheckAsync(Device())).Url is not null, "The release should be offered again.");
    }

    [Fact]
    public async Task Unverified_release_that_fails_on_devices_is_withdrawn_all_the_same()
    {
        await TamperAsync("a byte of the document");
        await Pipeline.Get<VerificationIncidents>().OpenAsync(App, BundleVersion.Parse(Version), "The document is changed.", Cancellation);

        await Pipeline.WithdrawAsync(App, Version);

        Assert.Equal("It was bad.", (await FindAsync(Version)).WithdrawnBecause);
        Assert.Equal("1.0.0", (await Catalog.FindChannelAsync(App, ChannelName.Production, Cancellation))?.Target?.Value);
        Assert.Equal(IncidentState.Moved, (await FindIncidentAsync())!.State);
        Assert.Single(await Catalog.VerifyAsync(App), entry => entry.Kind == LedgerKind.IncidentOpened);
    }

    private string SigningKeyId
    {
        get
        {
            using var key = RSA.Create(Keys.ReadPublicKey());
            return Convert.ToBase64String(key.ExportRSAPublicKey())[..20];
        }
    }

    private Task TamperAsync(string tampering) => new Tampering(Pipeline, App, Version).ApplyAsync(tampering);
}
