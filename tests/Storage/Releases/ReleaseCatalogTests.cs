using Serverless.Apps;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.Storage.Releases;

public sealed class ReleaseCatalogTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private readonly AppId _app = PipelineInstance.NewApp();
    private StorageProxy _proxy = null!;
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => _pipeline.Get<ReleaseCatalog>();

    public async ValueTask InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        _pipeline = await PipelineInstance.StartAsync(_proxy.ConnectionString, keys);
    }

    [Fact]
    public async Task Writers_of_an_app_take_turns()
    {
        const int Writers = 50;

        var committed = await Task.WhenAll(Enumerable.Range(1, Writers).Select(number => RetryAsync(() => RecordAsync($"act {number}"))));

        var ledger = await Catalog.VerifyAsync(_app);
        Assert.All(committed, Assert.True);
        Assert.Equal(
            Enumerable.Range(1, Writers).Select(number => $"act {number}").Order(StringComparer.Ordinal),
            ledger.Select(entry => entry.Subject).Order(StringComparer.Ordinal));
        Assert.Equal(Writers, (await Catalog.ReadAppAsync(_app, Cancellation)).Revision);
    }

    [Fact]
    public async Task Change_with_the_same_digest_is_committed_once()
    {
        var once = Sha256Digest.Of("the act"u8);

        var first = await RecordAsync("act", once);
        var second = await RecordAsync("act", once);
        var other = await RecordAsync("other", Sha256Digest.Of("another act"u8));

        Assert.Equal((true, false, true), (first, second, other));
        Assert.Equal(["act", "other"], (await Catalog.VerifyAsync(_app)).Select(entry => entry.Subject));
    }

    [Fact]
    public async Task Same_digest_at_the_same_time_is_committed_once()
    {
        var once = Sha256Digest.Of("the act"u8);

        var committed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RecordAsync("act", once)));

        Assert.Single(committed, true);
        Assert.Single(await Catalog.VerifyAsync(_app));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    public async Task Commit_whose_answer_was_lost_does_not_double(int status)
    {
        await RecordAsync("before");
        using var lost = _proxy.Fail(IsCommit, status, stage: Stage.AfterForwarding);

        await RecordAsync("act", Sha256Digest.Of("the act"u8));

        Assert.Equal(1, lost.Hits);
        Assert.Equal(["before", "act"], (await Catalog.VerifyAsync(_app)).Select(entry => entry.Subject));
    }

    [Fact]
    public async Task Commit_whose_connection_broke_does_not_double()
    {
        using var broken = _proxy.Reset(IsCommit, stage: Stage.AfterForwarding);

        await RecordAsync("act", Sha256Digest.Of("the act"u8));

        Assert.Equal(1, broken.Hits);
        Assert.Single(await Catalog.VerifyAsync(_app));
    }

    [Fact]
    public async Task Publication_whose_answer_was_lost_is_one_release()
    {
        using var lost = _proxy.Fail(IsCommit, 500, stage: Stage.AfterForwarding);

        var release = await _pipeline.PublishAsync(_app, "1.0.0");

        Assert.Equal((1, 1), (lost.Hits, release.Sequence));
        Assert.Single(await Catalog.VerifyAsync(_app), entry => entry.Kind == LedgerKind.ReleasePublished);
        Assert.Equal(1, (await Catalog.ReadAppAsync(_app, Cancellation)).Sequence);
    }

    [Fact]
    public async Task Change_is_decided_again_when_another_came_first()
    {
        await RecordAsync("first");
        var seen = new List<long>();

        var committed = await Catalog.ChangeAsync(
            _app,
            async (app, _) =>
            {
                seen.Add(app.LedgerCount);
                await (seen.Count == 1 ? RecordAsync("second") : Task.FromResult(true));
                return new CatalogChange { Ledger = [Entry($"after {app.LedgerCount}")] };
            },
            Cancellation);

        Assert.True(committed);
        Assert.Equal([1, 2], seen);
        Assert.Equal(["first", "second", "after 2"], (await Catalog.VerifyAsync(_app)).Select(entry => entry.Subject));
    }

    [Fact]
    public async Task Change_that_is_no_longer_wanted_is_not_made()
    {
        await RecordAsync("first");
        var asked = 0;

        var committed = await Catalog.ChangeAsync(
            _app,
            async (_, _) => asked++ == 0 && await RecordAsync("second") ? new CatalogChange { Ledger = [Entry("late")] } : null,
            Cancellation);

        Assert.Equal((false, 2), (committed, asked));
        Assert.Equal(["first", "second"], (await Catalog.VerifyAsync(_app)).Select(entry => entry.Subject));
    }

    [Fact]
    public async Task Change_is_committed_whole_or_not_at_all()
    {
        using var refused = _proxy.Fail(IsCommit, 503, times: int.MaxValue);
        var channel = Channel.New(ChannelName.Production, id: 1);

        await Assert.ThrowsAnyAsync<Exception>(() => Catalog.ChangeAsync(
            _app, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Channels = [channel], Ledger = [Entry("act")] }), Cancellation));

        Assert.False((await Catalog.ReadAppAsync(_app, Cancellation)).Exists);
        Assert.Empty(await Catalog.ListChannelsAsync(_app, Cancellation));
        Assert.Empty(await Catalog.VerifyAsync(_app));
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private static bool IsCommit(StorageRequest request) => request is { Service: StorageService.Table, Container: "$batch" };

    private static LedgerEntry Entry(string subject) => new("test.act", "tester", subject, "because");

    private Task<bool> RecordAsync(string subject, Sha256Digest? once = null) => Catalog.ChangeAsync(
        _app, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Ledger = [Entry(subject)], Once = once }), Cancellation);

    /// <summary>As a trigger does: a writer that found no turn is run again.</summary>
    private static async Task<bool> RetryAsync(Func<Task<bool>> act)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await act();
            }
            catch (Azure.RequestFailedException fault) when (fault.Status is 409 or 412 && attempt < 10)
            {
                // Fifty at once is more than one act's own attempts are made for.
            }
        }
    }
}
