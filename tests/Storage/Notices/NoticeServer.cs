using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Deliveries;
using Serverless.Hosts.Standalone;
using Serverless.Hosts.Standalone.Queues;
using Serverless.Ledger;
using Serverless.Notices;
using Serverless.Releases;
using Serverless.Storage;
using Serverless.Tests.Support.Logs;

namespace Serverless.Tests.Storage.Notices;

/// <summary>The standalone host, in process and on a port, with the functions of notices and deliveries only.</summary>
internal sealed class NoticeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private NoticeServer(WebApplication app)
    {
        _app = app;
        Http = new HttpClient(new SecretTap()) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<NoticeServer> StartAsync(string connectionString, KeyFolder keys, IReadOnlyDictionary<string, string?>? settings = null) =>
        StartAsync(connectionString, keys, [typeof(NoticesFunction), typeof(NoticeAdministrationFunction), typeof(StatusFunction)], settings);

    /// <summary>The same with a listener for what is owed.</summary>
    public static Task<NoticeServer> StartDeliveringAsync(string connectionString, KeyFolder keys, IReadOnlyDictionary<string, string?> settings) =>
        StartAsync(connectionString, keys, [typeof(DeliveriesFunction), typeof(DeliveryAdministrationFunction)], settings);

    private static async Task<NoticeServer> StartAsync(string connectionString, KeyFolder keys, Type[] functions, IReadOnlyDictionary<string, string?>? settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddRunLog();
        builder.Configuration["AzureWebJobsStorage"] = connectionString;
        builder.Configuration["Signing:KeyFolder"] = keys.Path;
        builder.Configuration["Signing:CreateMissing"] = bool.TrueString;
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            builder.Configuration[name] = value;
        }

        builder.Services.AddHostedService<StorageProvisioner>();
        builder.AddUpdatePipeline();
        builder.Services.AddSingleton<IAuthentication>(new TestAuthentication(TestPrincipal.Operator));
        builder.AddStandaloneHost(functions);
        builder.Services.Configure<QueuesOptions>(queues => queues.MaxPollingInterval = TimeSpan.FromMilliseconds(100));
        var app = builder.Build();
        app.MapHttpFunctions();
        await app.StartAsync(Cancellation);
        return new NoticeServer(app);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>An app that exists and that no other test knows.</summary>
    public async Task<AppId> NewAppAsync()
    {
        var app = PipelineInstance.NewApp();
        var channel = Channel.New(ChannelName.Production, 1);
        await Get<ReleaseCatalog>().ChangeAsync(
            app,
            (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange
            {
                Channels = [channel],
                Ledger = [new LedgerEntry(LedgerKind.ChannelCreated, "test", $"{channel.Name}", "")],
            }),
            Cancellation);
        return app;
    }

    /// <param name="path">Below <c>/api</c>.</param>
    public async Task<HttpAnswer> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, $"api/{path}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request, Cancellation);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value));
        return new HttpAnswer((int)response.StatusCode, all, await response.Content.ReadAsStringAsync(Cancellation));
    }

    public Task<HttpAnswer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>As when a process ends: what runs is drained, what is queued stays.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}

internal sealed record HttpAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string[] Titles => [.. Json["notices"]!.AsArray().Select(notice => notice!["title"]!.GetValue<string>())];
}
