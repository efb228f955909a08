using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Serverless.Devices;

/// <summary>Reads the body of a device's request, within limits.</summary>
internal sealed class DeviceBody(Pepper pepper, DeviceNetworks networks)
{
    /// <summary>A device's own fields take well under 2 KB.</summary>
    public const int MaxDeviceBytes = 32 * 1024;

    /// <typeparam name="T">The device's fields, with what the endpoint adds to them.</typeparam>
    /// <returns>Either a fault, or the request and the body it was made from.</returns>
    public async Task<(RequestFault? Fault, DeviceRequest? Device, T? Info)> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellation, int maxBytes = MaxDeviceBytes)
        where T : DeviceInfo, new()
    {
        if (await ReadAsync(request, maxBytes, cancellation) is not { } json)
        {
            return (RequestFault.TooLarge, null, null);
        }

        try
        {
            return JsonSerializer.Deserialize(json.Span, type) is { } info && info != new T()
                ? (DeviceRequest.Parse(info, pepper, out var device), From(request, device), info)
                : (RequestFault.InvalidBody, null, null);
        }
        catch (JsonException)
        {
            return (IsJson(json) ? RequestFault.InvalidBody : RequestFault.InvalidJson, null, null);
        }
    }

    /// <summary>Reads the device from the query string, for calls that carry it there instead of in a body.</summary>
    /// <returns>Either a fault, or the request.</returns>
    public (RequestFault? Fault, DeviceRequest? Device) ReadQuery(HttpRequest request)
    {
        var query = request.Query;
        var info = new DeviceInfo
        {
            Platform = query["platform"],
            DeviceId = query["device_id"],
            AppId = query["app_id"],
            VersionBuild = query["version_build"],
            VersionName = query["version_name"],
            PluginVersion = query["plugin_version"],
        };
        var fault = DeviceRequest.Parse(info, pepper, out var device);
        return (fault, From(request, device));
    }

    /// <returns>The body, or null when it is longer than allowed.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellation)
    {
        if (request.ContentLength > maxBytes)
        {
            return null;
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            var buffer = read.Buffer;
            if (read.IsCompleted || buffer.Length > maxBytes)
            {
                var body = buffer.Length > maxBytes ? (ReadOnlyMemory<byte>?)null : buffer.ToArray();
                request.BodyReader.AdvanceTo(buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private DeviceRequest? From(HttpRequest request, DeviceRequest? device) => device is null ? null : device with { Network = networks.Of(request) };

    private static bool IsJson(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
