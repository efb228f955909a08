using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Serverless.Apps;
using Serverless.Bench.Load;
using Serverless.Channels;
using Serverless.Releases;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Bench.Measures;

/// <summary>Azurite with an app on it, and our server as it is published.</summary>
internal sealed class Stage(BenchOptions options) : IAsyncDisposable
{
    public const string App = "com.example.bench";
    public const string Version = "1.0.0";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    private readonly AzuriteFixture _azurite = new() { AtItsOwnPorts = options.CodePushServer is not null };
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("serverless-bench-");

    public BenchOptions Options => options;

    public string Storage => _azurite.ConnectionString;

    public ReleaseCatalog Catalog { get; private set; } = null!;

    public async Task PrepareAsync()
    {
        await _azurite.InitializeAsync();
        Catalog = new ReleaseCatalog(new TableServiceClient(Storage), TimeProvider.System);
        await using var server = await StartAsync();
        await DropAsync(App, Version, new BinaryData(WebBundle.Small(Version).Zip()));
        await PublishedAsync(App, Version);
    }

    /// <summary>Starts our server on the stage's storage.</summary>
    /// <param name="settings">Besides those that let a load come from one network, and that find a dropped zip soon.</param>
    public Task<MeasuredProcess> StartAsync(params IEnumerable<KeyValuePair<string, string>> settings) => MeasuredProcess.StartAsync(
        options.Server,
        [],
        new Dictionary<string, string>([.. settings])
        {
            ["AzureWebJobsStorage"] = settings.FirstOrDefault(setting => setting.Key == "AzureWebJobsStorage").Value ?? Storage,
            ["DataFolder"] = _data.FullName,
            ["Limits__EventsPerApp"] = "10000000",
            ["Limits__OffersPerApp"] = "10000000",
            ["BlobScan__Interval"] = "00:00:00.1",
            ["SyntheticDevices__Enabled"] = "false",
        },
        RequestFile.Check(App, Version));

    /// <summary>The ceiling, answering as many bytes.</summary>
    public static Task<MeasuredProcess> StartCeilingAsync(int bytes, params IEnumerable<KeyValuePair<string, string>> settings) => MeasuredProcess.StartAsync(
        typeof(Stage).Assembly.Location, ["ceiling", "--bytes", $"{bytes}"], new Dictionary<string, string>(settings), RequestFile.Check(App, Version));

    public Task DropAsync(string app, string version, BinaryData zip) => Upload(app, version).UploadAsync(zip, overwrite: true);

    public Task DropAsync(string app, string version, string file) => Upload(app, version).UploadAsync(file, overwrite: true);

    public Task PublishedAsync(string app, string version) => Eventually.True(
        async () => await Catalog.FindReleaseAsync(Id(app), BundleVersion.Parse(version), CancellationToken.None) is not null,
        $"{version} of {app} should have been published.",
        Deadline);

    /// <summary>The version that the app's production channel leads to.</summary>
    public async Task<string?> PointerAsync(string app) =>
        (await Catalog.FindChannelAsync(Id(app), ChannelName.Production, CancellationToken.None))?.Target?.Value;

    public async ValueTask DisposeAsync()
    {
        await _azurite.DisposeAsync();
        _data.Delete(recursive: true);
    }

    public static AppId Id(string app) => AppId.TryParse(app, out var id) ? id : throw new ArgumentException($"'{app}' is not an app id.", nameof(app));

    private BlobClient Upload(string app, string version) => new(Storage, Containers.Uploads, $"{app}/production/{version}.zip");
}
