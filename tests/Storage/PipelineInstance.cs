using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;
using Serverless.Storage;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Logs;
using Serverless.Updates;

namespace Serverless.Tests.Storage;

/// <summary>
/// The pipeline as both hosts compose it, on real storage and without triggers: a test calls the use cases itself. Several of them on one
/// storage account are several instances of one deployment.
/// </summary>
internal sealed class PipelineInstance : IAsyncDisposable
{
    private readonly IHost _host;

    private PipelineInstance(IHost host) => _host = host;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<PipelineInstance> StartAsync(
        string connectionString, KeyFolder keys, Action<IHostApplicationBuilder>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration["AzureWebJobsStorage"] = connectionString;
        builder.Configuration["Signing:KeyFolder"] = keys.Path;
        builder.Configuration["Signing:CreateMissing"] = bool.TrueString;
        builder.Logging.AddRunLog();
        builder.AddUpdatePipeline();
        configure?.Invoke(builder);

        var host = builder.Build();
        var provisioner = ActivatorUtilities.CreateInstance<StorageProvisioner>(host.Services);
        await provisioner.StartingAsync(Cancellation);
        await provisioner.StartedAsync(Cancellation);
        return new PipelineInstance(host);
    }

    /// <summary>An app that no other test knows.</summary>
    public static AppId NewApp() =>
        AppId.TryParse($"com.example.a{Guid.NewGuid():N}", out var app) ? app : throw new InvalidOperationException("Not an app id.");

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public BlobClient Blob(string container, string name) => Get<BlobServiceClient>().GetBlobContainerClient(container).GetBlobClient(name);

    /// <summary>What a developer does: puts a zip into the drop zone.</summary>
    public async Task<ETag> DropAsync(string name, byte[] zip, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var options = new BlobUploadOptions { Metadata = metadata?.ToDictionary() };
        BlobContentInfo dropped = await Blob(Containers.Uploads, name).UploadAsync(new BinaryData(zip), options, Cancellation);
        return dropped.ETag;
    }

    public Task<IntakeResult> IntakeAsync(string name) => Get<BundleIntake>().RunAsync(name, Cancellation);

    public async Task<IntakeResult> IntakeAsync(string name, byte[] zip, IReadOnlyDictionary<string, string>? metadata = null)
    {
        await DropAsync(name, zip, metadata);
        return await IntakeAsync(name);
    }

    /// <summary>Publishes a small bundle that is the same for the same version.</summary>
    public async Task<Release> PublishAsync(AppId app, string version, string channel = "production") =>
        await IntakeAsync($"{app}/{channel}/{version}.zip", WebBundle.Small(version).Zip()) switch
        {
            IntakeResult.Published published => published.Release,
            var other => throw new InvalidOperationException($"{version} was not published: {other}"),
        };

    /// <summary>Carries out a decision against a release, as far as the queue's handler does.</summary>
    public Task WithdrawAsync(AppId app, string version, string reason = "It was bad.", Cell? cell = null) => Get<ReleaseWithdrawal>().RunAsync(
        app, BundleVersion.Parse(version), new RollbackDecision(RollbackAction.Rollback, reason, cell), Cancellation);

    /// <summary>What a device's check is answered.</summary>
    public async Task<UpdateAnswer> CheckAsync(DeviceRequest device)
    {
        var body = await Get<UpdateCheck>().RunAsync(device, Cancellation);
        await using var json = body.OpenJson();
        return await JsonSerializer.DeserializeAsync(json, WireJson.Default.UpdateAnswer, Cancellation)
            ?? throw new InvalidOperationException("The answer is null.");
    }

    public async Task<byte[]> ReadAsync(string container, string name)
    {
        BlobDownloadResult blob = await Blob(container, name).DownloadContentAsync(Cancellation);
        return blob.Content.ToArray();
    }

    public async Task<bool> ExistsAsync(string container, string name) => await Blob(container, name).ExistsAsync(Cancellation);

    [SuppressMessage("Usage", "CA1849", Justification = "The host's asynchronous disposal is used where it has one.")]
    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }
}
