using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Keys;
using Serverless.Ledger;
using Serverless.Ledger.Seals;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Storage;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Ledger;

/// <summary>A storage of its own: sealing goes over all apps.</summary>
public sealed class LedgerSealingTests(KeyFolder keys) : IAsyncLifetime
{
    private readonly AzuriteFixture _azurite = new();
    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _pipeline = await StartAsync();
    }

    [Fact]
    public async Task Ledger_that_grew_is_sealed_and_one_that_did_not_is_left_alone()
    {
        await _pipeline.PublishAsync(_app, "1.0.0");
        await SealAsync(_pipeline);
        await SealAsync(_pipeline);
        await _pipeline.PublishAsync(_app, "1.1.0");
        await SealAsync(_pipeline);

        Assert.Equal([$"{_app}/000000000005.jws", $"{_app}/000000000009.jws"], await ListAsync());
        var first = await ReadAsync(5);
        var second = await ReadAsync(9);
        Assert.Null(first.PreviousSeal);
        Assert.Equal(Sha256Digest.Of(await _pipeline.ReadAsync(Containers.Seals, $"{_app}/000000000005.jws")), second.PreviousSeal);
        Assert.Equal((await _pipeline.Get<ReleaseCatalog>().ReadAppAsync(_app, Cancellation)).LedgerHead, second.Head);
    }

    [Fact]
    public async Task Acts_that_belong_to_no_app_are_sealed_too()
    {
        await _pipeline.Get<ReleaseCatalog>().RecordAsync(new LedgerEntry("bundle.rejected", "intake", "x", "y"), Sha256Digest.Of([1]), Cancellation);

        await SealAsync(_pipeline);

        Assert.Equal(["_system/000000000001.jws"], await ListAsync("_system/"));
    }

    [Fact]
    public async Task Two_sealers_at_once_make_one_seal()
    {
        await using var other = await StartAsync();
        await _pipeline.PublishAsync(_app, "1.0.0");

        await Task.WhenAll(SealAsync(_pipeline), SealAsync(other));

        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task New_instance_goes_on_from_the_last_seal()
    {
        await _pipeline.PublishAsync(_app, "1.0.0");
        await SealAsync(_pipeline);
        await _pipeline.PublishAsync(_app, "1.1.0");
        await using var other = await StartAsync();

        await SealAsync(other);
        await SealAsync(_pipeline);

        Assert.Equal(2, (await ListAsync()).Count);
        Assert.NotNull((await ReadAsync(9)).PreviousSeal);
    }

    [Fact]
    public async Task Sealing_keeps_up_with_writers()
    {
        var writing = Task.WhenAll(Enumerable.Range(1, 4).Select(number => _pipeline.PublishAsync(_app, $"1.{number}.0", $"channel-{number}")));
        do
        {
            await SealAsync(_pipeline);
        }
        while (!writing.IsCompleted);
        await writing;
        await SealAsync(_pipeline);

        var state = await _pipeline.Get<ReleaseCatalog>().ReadAppAsync(_app, Cancellation);
        Assert.Equal(state.LedgerHead, (await ReadAsync(state.LedgerCount)).Head);
    }

    [Fact]
    public async Task Ledger_that_was_tampered_with_is_not_sealed()
    {
        await _pipeline.PublishAsync(_app, "1.0.0");
        await SealAsync(_pipeline);
        await _pipeline.PublishAsync(_app, "1.1.0");
        var table = _pipeline.Get<TableServiceClient>().GetTableClient(Tables.Catalog);
        TableEntity row = await table.GetEntityAsync<TableEntity>(_app.Value, CatalogKeys.Ledger(7), cancellationToken: Cancellation);
        row["Document"] = row.GetString("Document").Replace("intake", "nobody", StringComparison.Ordinal);
        await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);

        await SealAsync(_pipeline);

        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Disabled_key_never_seals_and_without_another_one_the_log_says_why_nothing_is_sealed()
    {
        using var folder = new KeyFolder();
        using var errors = new LogSpy(LogLevel.Error);
        await using var pipeline = await PipelineInstance.StartAsync(_azurite.ConnectionString, folder, builder => builder.Logging.AddProvider(errors));
        await pipeline.PublishAsync(_app, "1.0.0");
        var disabled = Assert.Single(await pipeline.Get<ICustodian>().GetKeysAsync(Cancellation)).PublicKey;
        await pipeline.Get<KeyAdministration>().DisableAsync(TestPrincipal.Operator, app: null, disabled.KeyId, new KeyDisabling(DisabledAnswer.Block), Cancellation);

        await SealAsync(pipeline);
        var sealedWithout = await ListAsync();
        var added = folder.Add("signing-key-2.pem");
        await SealAsync(pipeline);

        Assert.Empty(sealedWithout);
        Assert.Single(errors.Messages, message => message == $"The ledger of {_app} is not sealed: Every key of the custodian is retired or disabled for {_app}; give it another one, or enable one (Keys).");
        Assert.Equal(added.KeyId, (await ReadTokenAsync(5)).KeyId);
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    private static Task SealAsync(PipelineInstance pipeline) => pipeline.Get<LedgerSealing>().RunAsync(Cancellation);

    private Task<PipelineInstance> StartAsync() => PipelineInstance.StartAsync(_azurite.ConnectionString, keys);

    private Task<IReadOnlyList<string>> ListAsync() => ListAsync($"{_app}/");

    private async Task<IReadOnlyList<string>> ListAsync(string prefix) => await _azurite.Container(Containers.Seals)
        .GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation);

    private async Task<LedgerSeal> ReadAsync(long count) => (await ReadTokenAsync(count)).Seal;

    private async Task<SealToken> ReadTokenAsync(long count) =>
        SealToken.Parse(await _pipeline.ReadAsync(Containers.Seals, SealBlobs.Seal(_app.Value, count)))!;
}
