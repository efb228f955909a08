using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Updates;

/// <summary>The app offers 1.0.0 on production and 1.1.0 on beta.</summary>
public sealed class UpdateExplanationTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private readonly AppId _app = PipelineInstance.NewApp();
    private StorageProxy _proxy = null!;
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        _pipeline = await PipelineInstance.StartAsync(
            _proxy.ConnectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(DateTimeOffset.UtcNow)));
        await _pipeline.PublishAsync(_app, "1.0.0");
        await _pipeline.PublishAsync(_app, "1.1.0", "beta");
        _proxy.Forget();
    }

    [Theory]
    [InlineData("builtin", "offer 1.0.0 file by file")]
    [InlineData("1.0.0", "no_new_version_available")]
    public async Task Explaining_writes_nothing_and_sees_nobody(string running, string verdict)
    {
        var explained = await ExplainAsync(Device("8.51.23") with { VersionName = running });

        Assert.Contains(explained.Trace, step => step.Verdict == verdict);
        Assert.All(_proxy.Requests, request => Assert.Equal("GET", request.Method));
        Assert.Empty(_pipeline.Get<Sightings>().Take());
    }

    [Fact]
    public async Task Channel_kept_for_an_old_plugin_is_the_one_explained()
    {
        var device = Device("7.27.8");
        await _pipeline.Get<ChannelSelf>().SetAsync(device, "beta", Cancellation);

        var explained = await ExplainAsync(device);

        Assert.Equal(("beta", "1.1.0", "1.1.0"), (explained.Channel, explained.Target, explained.Answer["version"]?.GetValue<string>()));
    }

    [Fact]
    public async Task Offer_on_record_is_told_from_the_time_it_was_made()
    {
        var device = Device("8.51.23");
        await _pipeline.Get<UpdateCheck>().RunAsync(device, Cancellation);

        var explained = await ExplainAsync(device);

        Assert.Equal(new ExplainedOutcome(_pipeline.Get<TimeProvider>().GetUtcNow(), Exposed: false, Verdict.None, FailedBefore: false, FilesFailedBefore: false, FailureCode: null), explained.Outcome);
    }

    [Fact]
    public async Task Device_that_no_channel_serves_has_no_target_and_no_outcome()
    {
        var explained = await ExplainAsync(Device("8.51.23") with { Channel = "nope" });

        Assert.Equal((null, null, null), (explained.Channel, explained.Target, explained.Outcome));
        Assert.Equal("no_channel", explained.Trace[^1].Verdict);
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private Task<ExplainedUpdate> ExplainAsync(DeviceRequest device) => _pipeline.Get<UpdateExplanation>().RunAsync(device, Cancellation);

    private DeviceRequest Device(string plugin)
    {
        var info = new DeviceInfo
        {
            AppId = _app.Value,
            DeviceId = Guid.NewGuid().ToString(),
            Platform = "android",
            VersionBuild = "1.0",
            VersionName = "builtin",
            PluginVersion = plugin,
        };
        return DeviceRequest.Parse(info, _pipeline.Get<Pepper>(), out var device) is null ? device : throw new InvalidOperationException("Not a device.");
    }
}
