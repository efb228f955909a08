using System.Text;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Channels;

/// <summary>The app offers 1.0.0 on production; its snapshot is kept for as long as settings allow, so that a change shows at once only when somebody says so.</summary>
public sealed class ChannelAdministrationTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private const string Minor = """{"versions":"minor"}""";

    private readonly AppId _app = PipelineInstance.NewApp();
    private StorageProxy _proxy = null!;
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ChannelAdministration Channels => _pipeline.Get<ChannelAdministration>();

    public async ValueTask InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        _pipeline = await PipelineInstance.StartAsync(_proxy.ConnectionString, keys, builder =>
        {
            builder.Configuration["Snapshots:RefreshAfter"] = "00:00:04";
            builder.Configuration["Snapshots:MaxAge"] = "00:00:05";
        });
        await _pipeline.PublishAsync(_app, "1.0.0");
        _proxy.Forget();
    }

    [Fact]
    public async Task Change_is_recorded_with_what_it_changed_and_counts_for_the_next_check()
    {
        await _pipeline.Get<AppSnapshots>().GetAsync(_app);

        var changed = await ChangeAsync("""{"versions":"minor","emulator":false}""");

        var entry = (await _pipeline.Get<ReleaseCatalog>().VerifyAsync(_app))[^1];
        Assert.Equal(
            (LedgerKind.ChannelChanged, TestPrincipal.Operator.Id, "production", "versions from major to minor, emulator from true to false"),
            (entry.Kind, entry.Actor, entry.Subject, entry.Why));
        Assert.Equal(VersionPolicy.Minor, changed?.Policy.Versions);
        Assert.Equal(VersionPolicy.Minor, (await _pipeline.Get<AppSnapshots>().GetAsync(_app)).Channels["production"].Policy.Versions);
    }

    [Fact]
    public async Task Same_settings_again_are_neither_written_nor_recorded()
    {
        var first = await ChangeAsync(Minor);
        var (entries, revision) = await ReadAsync();

        var second = await ChangeAsync(Minor);

        Assert.Equal(ChannelAdministration.Tag(first!), ChannelAdministration.Tag(second!));
        Assert.Equal((entries, revision), await ReadAsync());
    }

    [Fact]
    public async Task Channel_that_is_not_the_one_read_is_left_as_it_is()
    {
        var read = ChannelAdministration.Tag((await FindAsync())!);
        await _pipeline.PublishAsync(_app, "1.1.0");
        var before = await ReadAsync();

        var changed = await ChangeAsync(Minor, tag => tag == read);

        Assert.Null(changed);
        Assert.Equal(before, await ReadAsync());
        Assert.Equal(VersionPolicy.Major, (await FindAsync())?.Policy.Versions);
    }

    [Fact]
    public async Task Of_two_who_read_the_same_one_changes()
    {
        var read = ChannelAdministration.Tag((await FindAsync())!);

        var changed = await Task.WhenAll(
            ChangeAsync(Minor, tag => tag == read), ChangeAsync("""{"versions":"patch"}""", tag => tag == read), ChangeAsync("""{"ios":false}""", tag => tag == read));

        Assert.Single(changed, channel => channel is not null);
        Assert.Single(await _pipeline.Get<ReleaseCatalog>().VerifyAsync(_app), entry => entry.Kind == LedgerKind.ChannelChanged);
    }

    [Fact]
    public async Task Change_whose_answer_was_lost_is_made_once_and_reported_as_made()
    {
        var read = ChannelAdministration.Tag((await FindAsync())!);
        using var lost = _proxy.Fail(request => request is { Service: StorageService.Table, Container: "$batch" }, 503, stage: Stage.AfterForwarding);

        var changed = await ChangeAsync(Minor, tag => tag == read);

        Assert.Equal((1, VersionPolicy.Minor), (lost.Hits, changed?.Policy.Versions));
        Assert.Single(await _pipeline.Get<ReleaseCatalog>().VerifyAsync(_app), entry => entry.Kind == LedgerKind.ChannelChanged);
    }

    [Fact]
    public async Task Target_and_history_stay()
    {
        await _pipeline.PublishAsync(_app, "1.1.0");
        var before = await FindAsync();

        await ChangeAsync("""{"public":false}""");

        var after = await FindAsync();
        Assert.Equal((before!.Target, before.Id, false), (after!.Target, after.Id, after.Public));
        Assert.Equal(before.History.AsEnumerable(), after.History);
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private Task<Channel?> FindAsync() => Channels.FindAsync(_app, ChannelName.Production, Cancellation);

    private Task<Channel?> ChangeAsync(string json, Predicate<string>? isKnown = null)
    {
        Assert.Null(ChannelEdit.Parse(Encoding.UTF8.GetBytes(json), out var edit));
        return Channels.ChangeAsync(TestPrincipal.Operator, _app, ChannelName.Production, edit, isKnown ?? (_ => true), Cancellation);
    }

    private async Task<(int Entries, long Revision)> ReadAsync() =>
        ((await _pipeline.Get<ReleaseCatalog>().VerifyAsync(_app)).Count, (await _pipeline.Get<ReleaseCatalog>().ReadAppAsync(_app, Cancellation)).Revision);
}
