using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Apps;
using Serverless.Tests.Support.Faults;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Updates;

/// <summary>An app with one release, an instance that has its snapshot and asks storage through a proxy, and another that changes it. Time stands still unless a test moves it.</summary>
internal sealed class SnapshotLab : IAsyncDisposable
{
    /// <summary>As the server has them unless it is configured.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="RefreshAfter"/>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(4);

    private SnapshotLab(StorageProxy proxy, PipelineInstance changing, PipelineInstance serving, FakeTimeProvider time)
    {
        Proxy = proxy;
        Changing = changing;
        Serving = serving;
        Time = time;
    }

    public AppId App { get; } = PipelineInstance.NewApp();

    public FakeTimeProvider Time { get; }

    public StorageProxy Proxy { get; }

    public PipelineInstance Serving { get; }

    public PipelineInstance Changing { get; }

    public AppSnapshots Snapshots => Serving.Get<AppSnapshots>();

    public static async Task<SnapshotLab> StartAsync(string connectionString, KeyFolder keys)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var proxy = await StorageProxy.StartAsync(connectionString, TestContext.Current.CancellationToken);
        var changing = await PipelineInstance.StartAsync(connectionString, keys);
        var serving = await PipelineInstance.StartAsync(proxy.ConnectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(time));
        var lab = new SnapshotLab(proxy, changing, serving, time);
        await changing.PublishAsync(lab.App, "1.0.0");
        await lab.Snapshots.GetAsync(lab.App);
        proxy.Forget();
        return lab;
    }

    public async Task<AppId> PublishOtherAsync()
    {
        var app = PipelineInstance.NewApp();
        await Changing.PublishAsync(app, "1.0.0");
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        await Serving.DisposeAsync();
        await Changing.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}
