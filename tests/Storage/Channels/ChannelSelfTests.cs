using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Channels;

/// <summary>The app offers 1.0.0 on production and 1.1.0 on beta; time stands still, so that its snapshot is read once.</summary>
public sealed class ChannelSelfTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private readonly AppId _app = PipelineInstance.NewApp();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private StorageProxy _proxy = null!;
    private PipelineInstance _pipeline = null!;

    public static TheoryData<string> Legacy => ["7.27.8", "10.0.0"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ChannelSelf Channels => _pipeline.Get<ChannelSelf>();

    public async ValueTask InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        _pipeline = await PipelineInstance.StartAsync(
            _proxy.ConnectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(_time));
        await _pipeline.PublishAsync(_app, "1.0.0");
        await _pipeline.PublishAsync(_app, "1.1.0", "beta");
        await _pipeline.Get<AppSnapshots>().GetAsync(_app);
        _proxy.Forget();
    }

    [Theory]
    [MemberData(nameof(Legacy))]
    public async Task Choice_of_an_old_plugin_is_kept_for_the_next_check(string plugin)
    {
        var (device, other) = (Device(plugin), Device(plugin));

        var chosen = await Channels.SetAsync(device, "beta", Cancellation);

        Assert.Equal(new ChannelAnswer { Status = "ok", AllowSet = true }, chosen);
        Assert.Equal(("1.1.0", "1.0.0"), (await OfferedAsync(device), await OfferedAsync(other)));
        Assert.Equal(new ChannelAnswer { Channel = "beta", Status = "override", AllowSet = true }, await Channels.GetAsync(device, Cancellation));
        Assert.Equal(new ChannelAnswer { Channel = "production", Status = "default", AllowSet = false }, await Channels.GetAsync(other, Cancellation));
    }

    [Theory]
    [MemberData(nameof(Legacy))]
    public async Task Choosing_the_public_channel_takes_the_choice_back(string plugin)
    {
        var device = Device(plugin);
        await Channels.SetAsync(device, "beta", Cancellation);

        var answer = await Channels.SetAsync(device, "production", Cancellation);

        Assert.Equal("ok", answer.Status);
        Assert.Equal("1.0.0", await OfferedAsync(device));
        Assert.Equal("default", (await Channels.GetAsync(device, Cancellation)).Status);
    }

    [Theory]
    [MemberData(nameof(Legacy))]
    public async Task Choice_is_taken_back_once_or_twice(string plugin)
    {
        var device = Device(plugin);
        await Channels.SetAsync(device, "beta", Cancellation);

        var first = await Channels.UnsetAsync(device, Cancellation);
        var second = await Channels.UnsetAsync(device, Cancellation);

        Assert.Equal(("ok", "ok"), (first.Status, second.Status));
        Assert.Equal("1.0.0", await OfferedAsync(device));
    }

    [Theory]
    [MemberData(nameof(Legacy))]
    public async Task Choice_that_is_refused_leaves_the_earlier_one(string plugin)
    {
        var device = Device(plugin);
        await Channels.SetAsync(device, "beta", Cancellation);

        var refused = await Channels.SetAsync(device, "nope", Cancellation);

        Assert.Equal("channel_not_found", refused.Error);
        Assert.Equal("1.1.0", await OfferedAsync(device));
    }

    [Theory]
    [MemberData(nameof(Legacy))]
    public async Task Choice_kept_here_counts_for_more_than_the_apps_own_default(string plugin)
    {
        var device = Device(plugin) with { Channel = "beta" };
        await Channels.SetAsync(device, "beta", Cancellation);

        Assert.Equal("override", (await Channels.GetAsync(device, Cancellation)).Status);
    }

    [Theory]
    [InlineData("5.34.0")]
    [InlineData("8.51.23")]
    public async Task Current_plugin_keeps_its_choice_itself_and_costs_no_storage_operation(string plugin)
    {
        var device = Device(plugin);
        var onBeta = device with { Channel = "beta", VersionName = "1.1.0" };

        var chosen = await Channels.SetAsync(device, "beta", Cancellation);
        var refused = await Channels.SetAsync(device, "production", Cancellation);
        var described = await Channels.GetAsync(onBeta, Cancellation);
        var check = await _pipeline.CheckAsync(onBeta);
        var unset = await Channels.UnsetAsync(device, Cancellation);
        var listed = await Channels.ListAsync(_app, network: null, "android", isEmulator: false, isProd: true);

        Assert.Equal(("ok", "public_channel_self_set_not_allowed", "ok"), (chosen.Status, refused.Error, unset.Status));
        Assert.Equal(new ChannelAnswer { Channel = "beta", Status = "default", AllowSet = true }, described);
        Assert.Equal(UpdateAnswer.KindUpToDate, check.Kind);
        Assert.Equal(["production", "beta"], listed.Select(channel => channel.Name));
        Assert.Empty(_proxy.Requests);
        Assert.Equal("1.0.0", await OfferedAsync(device));
    }

    [Fact]
    public async Task Check_of_an_old_plugin_costs_one_read_of_its_choice()
    {
        await _pipeline.CheckAsync(Device("7.27.8") with { VersionName = "1.0.0" });

        Assert.Equal(["Table GET"], _proxy.Requests.Select(request => request.Kind));
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private async Task<string?> OfferedAsync(DeviceRequest device)
    {
        var answer = await _pipeline.CheckAsync(device);
        Assert.Null(answer.Error);
        return answer.Version;
    }

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
