using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Apps;
using Serverless.Devices.Authentication;
using Serverless.Storage;

namespace Serverless.Devices;

/// <summary>
/// Reads who a device is, within limits. One that does not show what its app asks for comes out as a device of <see cref="AppId.None"/>, so that it
/// is answered, everywhere and by itself, as one of an app that does not exist.
/// </summary>
internal sealed class DeviceBody(Pepper pepper, DeviceNetworks networks, IDeviceGate gate)
{
    /// <summary>A device's own fields take well under 2 KB.</summary>
    public const int MaxDeviceBytes = 32 * 1024;

    /// <typeparam name="T">The device's fields, with what the endpoint adds to them.</typeparam>
    /// <returns>Either a fault, or the request and the body it was made from.</returns>
    public async ValueTask<(RequestFault? Fault, DeviceRequest? Device, T? Info)> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellation, int maxBytes = MaxDeviceBytes)
        where T : DeviceInfo, new()
    {
        var (unread, json) = await ReadAsync(request, maxBytes, cancellation);
        if (unread is not null)
        {
            return (unread, null, null);
        }

        try
        {
            if (JsonSerializer.Deserialize(json.Span, type) is not { } info || info == Nothing<T>.Said)
            {
                return (RequestFault.InvalidBody, null, null);
            }

            var (fault, device) = await AdmitAsync(request, json, info);
            return (fault, device, info);
        }
        catch (JsonException)
        {
            return (IsJson(json) ? RequestFault.InvalidBody : RequestFault.InvalidJson, null, null);
        }
    }

    /// <summary>Reads the device from the query string, for calls that carry it there instead of in a body.</summary>
    /// <returns>Either a fault, or the request.</returns>
    public ValueTask<(RequestFault? Fault, DeviceRequest? Device)> ReadQueryAsync(HttpRequest request)
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
        return AdmitAsync(request, ReadOnlyMemory<byte>.Empty, info);
    }

    /// <summary>For calls that name an app and no device.</summary>
    /// <returns>The app; <see cref="AppId.None"/> for who does not show what it asks for.</returns>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer, so nobody can say.</exception>
    public async ValueTask<AppId> AdmitAsync(HttpRequest request, AppId app) =>
        (await gate.JudgeAsync(request, ReadOnlyMemory<byte>.Empty, app, networks.Of(request))).Includes(device: null) ? app : AppId.None;

    /// <returns>Either a fault, because the body is longer than allowed or does not arrive whole, or the body.</returns>
    public static async ValueTask<(RequestFault? Fault, ReadOnlyMemory<byte> Body)> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellation)
    {
        try
        {
            return request.ContentLength > maxBytes ? (RequestFault.TooLarge, default) : await ReadWithinAsync(request.BodyReader, maxBytes, cancellation);
        }
        catch (IOException)
        {
            if (request.ContentLength is not null)
            {
                // Who does not send what it announced is gone or too slow. Kestrel would try to read the rest, and log that it cannot as a fault of ours.
                request.HttpContext.Abort();
            }

            return (RequestFault.InvalidJson, default);
        }
    }

    private static async ValueTask<(RequestFault? Fault, ReadOnlyMemory<byte> Body)> ReadWithinAsync(PipeReader reader, int maxBytes, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            var buffer = read.Buffer;
            if (read.IsCompleted || buffer.Length > maxBytes)
            {
                var isTooLarge = buffer.Length > maxBytes;
                var body = isTooLarge ? default : buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return (isTooLarge ? RequestFault.TooLarge : null, body);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private async ValueTask<(RequestFault? Fault, DeviceRequest? Device)> AdmitAsync(HttpRequest request, ReadOnlyMemory<byte> body, DeviceInfo info)
    {
        if (DeviceRequest.Parse(info, pepper, out var device, networks.Of(request)) is { } fault)
        {
            return (fault, null);
        }

        try
        {
            // A synthetic device's id is a secret of the server's own, and shows as much as any key.
            return device.IsSynthetic || (await gate.JudgeAsync(request, body, device.App, device.Network)).Includes(device.Device)
                ? (null, device)
                : (null, device with { App = AppId.None });
        }
        catch (Exception e) when (StorageFault.IsFromStorage(e))
        {
            return (RequestFault.Unavailable with { Version = device.VersionName }, null);
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

    private static class Nothing<T>
        where T : new()
    {
        public static readonly T Said = new();
    }
}
