using System.Net.Mime;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Access;
using Serverless.Channels;
using Serverless.Deltas;
using Serverless.Device;
using Serverless.Devices.Authentication;
using Serverless.Devices.Enrolment;
using Serverless.Devices.Erasure;
using Serverless.Hosts.Standalone;
using Serverless.Hosts.Standalone.Tls;
using Serverless.Notices;
using Serverless.Reports;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Certificates;
using Serverless.Tests.Support.Logs;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Devices;

/// <summary>The standalone host, in process and on an https port, with the functions that devices call and those that decide about devices.</summary>
public sealed class DeviceServer(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private static readonly Type[] Functions =
    [
        typeof(UpdateCheckFunction), typeof(DownloadSizeFunction), typeof(ChannelSelfFunction), typeof(ReportFunction), typeof(NoticesFunction),
        typeof(EnrolmentFunction), typeof(AuthenticationAdministrationFunction), typeof(EnrolmentAdministrationFunction), typeof(DeviceErasureFunction),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-tls-");
    private WebApplication _app = null!;

    /// <summary>All that the server wrote; of the framework, what the host lets through.</summary>
    internal LogSpy Log { get; } = new(LogLevel.Trace);

    internal TestAuthority Authority { get; } = new();

    internal PipelineInstance Pipeline { get; private set; } = null!;

    internal Uri Address => new(_app.Urls.Single());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(_folder.FullName, "server.pfx");
        using (var certificate = Authority.Issue("127.0.0.1"))
        {
            var chain = new X509Certificate2Collection { certificate, X509CertificateLoader.LoadCertificate(Authority.Issuing.RawData) };
            await File.WriteAllBytesAsync(file, chain.Export(X509ContentType.Pkcs12)!, Cancellation);
        }

        Pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("https://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(Log).AddRunLog().AddFilter("Microsoft", LogLevel.Warning);
        builder.Configuration["AzureWebJobsStorage"] = azurite.ConnectionString;
        builder.Configuration["Signing:KeyFolder"] = keys.Path;
        builder.Configuration["Signing:CreateMissing"] = bool.TrueString;
        builder.Configuration["Snapshots:RefreshAfter"] = "00:00:00.1";
        builder.Configuration["Snapshots:MaxAge"] = "00:00:00.1";
        builder.Configuration["Tls:CertificateFile"] = file;
        builder.Configuration["DeviceAuthentication:ClientCertificates"] = bool.TrueString;
        builder.Services.AddHostedService<StorageProvisioner>();
        builder.AddUpdatePipeline();
        builder.Services.AddSingleton<IAuthentication>(new TestAuthentication(TestPrincipal.Operator));
        builder.AddStandaloneHost(Functions);
        builder.AddTls();
        _app = builder.Build();
        _app.MapHttpFunctions();
        await _app.StartAsync(Cancellation);
    }

    internal T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>A way to the server that trusts it, and shows a certificate when one is given.</summary>
    internal SocketsHttpHandler Connect(X509Certificate2? certificate = null) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { Authority.Root },
                RevocationMode = X509RevocationMode.NoCheck,
            },
            ClientCertificates = certificate is null ? null : [certificate],
        },
    };

    internal DeviceProfile DeviceOf(string app) => DeviceProfile.For(Address, app) with { VersionBuild = "1.0.0-rc.1" };

    /// <summary>An app with one release.</summary>
    internal async Task<string> NewAppAsync()
    {
        var app = PipelineInstance.NewApp();
        await Pipeline.PublishAsync(app, "1.0.0");
        return app.Value;
    }

    /// <summary>Says what an app asks of its devices.</summary>
    /// <param name="app">The app.</param>
    /// <param name="settings">JSON.</param>
    internal async Task AskAsync(string app, string settings)
    {
        using var http = new HttpClient(Connect());
        var path = $"api/manage/apps/{app}/authentication";
        var before = await SendAsync(http, HttpMethod.Get, path);
        var after = await SendAsync(http, HttpMethod.Put, path, settings, before.ETag);
        Assert.True(after.Status == 200, after.Text);
    }

    /// <summary>Settings that ask for a certificate of <see cref="Authority"/>.</summary>
    internal string Certificates(string binding, string? list = null, string method = "client_certificate") => new JsonObject
    {
        ["methods"] = new JsonArray(method),
        ["clientCertificates"] = new JsonObject
        {
            ["authorities"] = new JsonArray(Authority.Pem()),
            ["revocationLists"] = list is null ? new JsonArray() : new JsonArray(list),
            ["binding"] = binding,
        },
    }.ToJsonString();

    /// <summary>Makes an app key.</summary>
    internal async Task<(string Id, string Key)> IssueKeyAsync(string app)
    {
        var issued = await ManageAsync(HttpMethod.Post, $"{app}/authentication/keys");
        Assert.True(issued.Status == 200, issued.Text);
        return (issued.Json["id"]!.GetValue<string>(), issued.Json["key"]!.GetValue<string>());
    }

    /// <summary>What a device says of itself, whatever it asks.</summary>
    internal static string Body(string app, string device = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20") => new JsonObject
    {
        ["platform"] = "android",
        ["device_id"] = device,
        ["app_id"] = app,
        ["version_build"] = "1.0.0-rc.1",
        ["version_name"] = "1.0.0-rc.1",
        ["plugin_version"] = "8.51.23",
        ["action"] = "update_fail",
        ["channel"] = "production",
        ["version"] = "1.0.0",
        ["manifest"] = new JsonArray(),
    }.ToJsonString();

    /// <summary>Asks as the plugin does.</summary>
    internal static async Task<Device.Answers.UpdateAnswer> CheckAsync(DeviceProfile profile, HttpMessageHandler way)
    {
        using var http = new HttpClient(way, disposeHandler: false);
        return await new PluginDevice(profile, http).CheckAsync(Cancellation);
    }

    /// <param name="path">Below <c>/api/manage/apps</c>.</param>
    internal async Task<DeviceServerAnswer> ManageAsync(HttpMethod method, string path, string? body = null)
    {
        using var http = new HttpClient(Connect());
        return await SendAsync(http, method, $"api/manage/apps/{path}", body);
    }

    /// <param name="http">Who sends.</param>
    /// <param name="path">Below the server's address.</param>
    internal async Task<DeviceServerAnswer> SendAsync(HttpClient http, HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json);
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await http.SendAsync(request, Cancellation);
        return new DeviceServerAnswer((int)response.StatusCode, response.Headers.ETag?.ToString(), await response.Content.ReadAsStringAsync(Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Pipeline.DisposeAsync();
        Authority.Dispose();
        _folder.Delete(recursive: true);
    }
}

internal sealed record DeviceServerAnswer(int Status, string? ETag, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;
}
