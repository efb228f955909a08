using Microsoft.AspNetCore.Http;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Management;

namespace Serverless.Notices;

/// <summary>Who asks for notices.</summary>
/// <param name="Platform">As plugins name it; null when not told.</param>
/// <param name="Version">What the device runs; null when not told.</param>
/// <param name="Device">Which device it is; null when not told.</param>
internal sealed record NoticeViewer(AppId App, string? Platform, string? Version, DevicePseudonym? Device)
{
    private const int MaxText = 128;

    /// <returns>What is wrong with the query, or null with the viewer.</returns>
    public static Problem? Parse(IQueryCollection query, Pepper pepper, out NoticeViewer viewer)
    {
        viewer = null!;
        if (query["app"].ToString() is not { Length: > 0 } app)
        {
            return Problem.MissingParameter("app");
        }

        if (!AppId.TryParse(app, out var id))
        {
            return Problem.InvalidParameter("app", "an app id such as com.example.app");
        }

        foreach (var name in (ReadOnlySpan<string>)["platform", "version", "lang"])
        {
            if (query[name].ToString().Length > MaxText)
            {
                return Problem.InvalidParameter(name, $"at most {MaxText} characters long");
            }
        }

        DevicePseudonym? device = null;
        if (Text(query, "device") is { } deviceId)
        {
            if (DeviceIdentity.Parse(app, deviceId, pepper, out var identity) is not null)
            {
                return Problem.InvalidParameter("device", "a device id, as the plugin's getDeviceId() tells it");
            }

            device = identity.Device;
        }

        viewer = new NoticeViewer(id, Text(query, "platform"), Text(query, "version"), device);
        return null;
    }

    private static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
}
