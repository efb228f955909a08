using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Devices;
using Serverless.SyntheticDevices;
using Serverless.Tests.Support.Logs;
using Serverless.Updates;

namespace Serverless.Tests.Storage;

/// <summary>Lets the synthetic devices of an instance ask it without a port: checks are answered in process, downloads go to the real storage.</summary>
internal sealed class SelfServer() : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly Uri Address = new("http://self.invalid/");

    /// <summary>The instance that answers.</summary>
    public PipelineInstance? Pipeline { get; set; }

    /// <summary>What an answer becomes on its way to the device.</summary>
    public Func<UpdateAnswer, DeviceInfo, UpdateAnswer> OnTheWay { get; set; } = (answer, _) => answer;

    public static Action<IHostApplicationBuilder> In(SelfServer server, params (string Name, string Value)[] settings) => builder =>
    {
        builder.Configuration["SyntheticDevices:BaseUrl"] = Address.ToString();
        builder.Configuration["Snapshots:RefreshAfter"] = "00:00:00.1";
        builder.Configuration["Snapshots:MaxAge"] = "00:00:00.1";
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }

        builder.Services.AddSingleton(_ => new SyntheticHttp(server));
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri?.Host != Address.Host)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        UsedSecrets.AddFrom(await request.Content!.ReadAsStringAsync(cancellationToken));
        var info = (await request.Content.ReadFromJsonAsync(WireJson.Default.DeviceInfo, cancellationToken))!;
        Assert.Null(DeviceRequest.Parse(info, Pipeline!.Get<Pepper>(), out var device));
        Assert.True(device.IsSynthetic);
        var answer = OnTheWay(await Pipeline.CheckAsync(device), info);
        return new HttpResponseMessage { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(answer, WireJson.Default.UpdateAnswer)), RequestMessage = request };
    }
}
