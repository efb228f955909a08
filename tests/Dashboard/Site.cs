using System.Net.Http.Headers;
using Microsoft.Playwright;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Logs;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.Dashboard;

[CollectionDefinition(nameof(Site))]
public sealed class SiteDefinition : ICollectionFixture<Site>;

/// <summary>One server with a storage of its own, and one browser.</summary>
public sealed class Site : IAsyncLifetime
{
    private readonly AzuriteFixture _azurite = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("serverless-dashboard-");
    private ServerProcess? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Uri Address => _server!.Address;

    /// <summary>May do everything.</summary>
    public string Token { get; private set; } = "";

    public string ConnectionString => _azurite.ConnectionString;

    /// <summary>For devices, and with the token for whoever prepares something.</summary>
    public HttpClient Http { get; } = new(new SecretTap());

    public async ValueTask InitializeAsync()
    {
        if (!Chromium.IsExpected)
        {
            return;
        }

        await _azurite.InitializeAsync();
        var server = ServerProcess.StartAsync(
            new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = _azurite.ConnectionString,
                ["DataFolder"] = _data.FullName,
                ["BlobScan__Interval"] = "00:00:00.2",
                ["Snapshots__RefreshAfter"] = "00:00:00.1",
                ["Snapshots__MaxAge"] = "00:00:00.1",
                ["Statistics__FlushEvery"] = "00:00:01",
            },
            cancellationToken: TestContext.Current.CancellationToken);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium.Find(), Args = ["--no-sandbox"] });
        _server = await server;
        Token = await FirstToken.ReadAsync(() => _server.Output);
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    /// <summary>A window of somebody who has never been there.</summary>
    public async Task<IPage> OpenAsync()
    {
        EveryActIsPressed.Walk();
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address.AbsoluteUri,
            Locale = "en-GB",
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = 1280, Height = 860 },
        });
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_server is not null)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', _server.Output));
            await _server.DisposeAsync();
        }

        await _azurite.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
