using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Serverless.Device;
using Serverless.Devices;
using Serverless.Tests.Support.Logs;
using UpdateAnswer = Serverless.Updates.UpdateAnswer;
using UpdateCheck = Serverless.Updates.UpdateCheck;

namespace Serverless.Tests.Storage.Keys;

/// <summary>Lets plugin devices ask an instance without a port: update checks are answered in process, downloads go to the real storage.</summary>
internal sealed class InProcessServer(PipelineInstance pipeline) : DelegatingHandler(new SocketsHttpHandler())
{
    public static readonly Uri Address = new("http://in-process.invalid/");

    /// <summary>What the last check was answered.</summary>
    public UpdateAnswer? Answer { get; private set; }

    public DeviceProfile DeviceOf(string app) => DeviceProfile.For(Address, app) with { VersionBuild = "1.0.0-rc.1", StatsUrl = null };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri?.Host != Address.Host)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        UsedSecrets.AddFrom(await request.Content!.ReadAsStringAsync(cancellationToken));
        var info = await request.Content.ReadFromJsonAsync(WireJson.Default.DeviceInfo, cancellationToken);
        Assert.Null(DeviceRequest.Parse(info!, pipeline.Get<Pepper>(), out var device));
        var body = await pipeline.Get<UpdateCheck>().RunAsync(device, cancellationToken);
        using var json = new StreamReader(body.OpenJson());
        var text = await json.ReadToEndAsync(cancellationToken);
        UsedSecrets.AddFrom(text);
        Answer = JsonSerializer.Deserialize(text, WireJson.Default.UpdateAnswer);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text, System.Text.Encoding.UTF8, "application/json"), RequestMessage = request };
    }
}
