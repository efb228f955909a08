using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using Serverless.Devices;
using Serverless.Updates;

namespace Serverless.SyntheticDevices;

/// <summary>Asks the server's own address for an update, as the plugin of its generation does.</summary>
internal sealed class SyntheticDevice(SyntheticHttp http, OwnAddress address, Pepper pepper)
{
    private const int MaxAnswerBytes = 64 << 20;

    /// <param name="profile">Who asks.</param>
    /// <param name="attempt">Which device of that profile.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<SyntheticAnswer> AskAsync(SyntheticProfile profile, int attempt, CancellationToken cancellation)
    {
        if (address.Find() is not { } own)
        {
            return SyntheticAnswer.None("nothing: the server does not know its own address (SyntheticDevices:BaseUrl)");
        }

        try
        {
            using var request = Request(own, profile, attempt);
            var (response, firstByte) = await http.SendAsync(request, cancellation);
            using (response)
            {
                if (!response.IsSuccessStatusCode || response.Content.Headers.ContentLength > MaxAnswerBytes)
                {
                    return SyntheticAnswer.None($"HTTP {(int)response.StatusCode}");
                }

                await using var json = await response.Content.ReadAsStreamAsync(cancellation);
                return new SyntheticAnswer(await JsonSerializer.DeserializeAsync(json, WireJson.Default.UpdateAnswer, cancellation), firstByte, Fault: null);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            return SyntheticAnswer.None("nothing: " + e.Message);
        }
        catch (JsonException)
        {
            return SyntheticAnswer.None("what is not JSON");
        }
    }

    private HttpRequestMessage Request(Uri own, SyntheticProfile profile, int attempt)
    {
        var info = profile.ToInfo(SyntheticDeviceId.Of(profile.App, profile.Channel, attempt, pepper));
        var body = JsonSerializer.SerializeToNode(info, WireJson.Default.DeviceInfo)!.AsObject();
        body["version_os"] = profile.VersionOs;
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(own, "api/updates"))
        {
            Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue(MediaTypeNames.Application.Json)),
        };

        // Behind a load balancer, each question is to reach whichever instance is next.
        request.Headers.ConnectionClose = true;
        return request;
    }
}

/// <param name="Body">Null when there was no answer that a plugin could read.</param>
/// <param name="FirstByte">How long it took.</param>
/// <param name="Fault">What came instead.</param>
internal sealed record SyntheticAnswer(UpdateAnswer? Body, TimeSpan FirstByte, string? Fault)
{
    public static SyntheticAnswer None(string fault) => new(null, TimeSpan.Zero, fault);

    public string Describe() => this switch
    {
        { Body: null } => Fault ?? "null",
        { Body.Error: { } error } => error,
        _ => Body.Version ?? "no version",
    };
}
