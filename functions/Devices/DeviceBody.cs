using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Serverless.Devices;

/// <summary>Reads the body of a device's request, within limits.</summary>
internal sealed class DeviceBody(Pepper pepper)
{
    /// <summary>A device's own fields take well under 2 KB.</summary>
    public const int MaxDeviceBytes = 32 * 1024;

    /// <returns>Either a fault or the request.</returns>
    public async Task<(RequestFault? Fault, DeviceRequest? Device)> ReadDeviceAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (await ReadAsync(request, MaxDeviceBytes, cancellation) is not { } json)
        {
            return (RequestFault.TooLarge, null);
        }

        try
        {
            return JsonSerializer.Deserialize(json.Span, WireJson.Default.DeviceInfo) is { } info && info != new DeviceInfo()
                ? (DeviceRequest.Parse(info, pepper, out var device), device)
                : (RequestFault.InvalidBody, null);
        }
        catch (JsonException)
        {
            return (IsJson(json) ? RequestFault.InvalidBody : RequestFault.InvalidJson, null);
        }
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
