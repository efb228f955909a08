using Serverless.Apps;

namespace Serverless.Devices;

/// <summary>Which device of which app is speaking: what every request and every event must say.</summary>
internal readonly record struct DeviceIdentity(AppId App, DevicePseudonym Device)
{
    /// <returns>What is wrong with it, or null with the identity.</returns>
    public static RequestFault? Parse(string? appId, string? deviceId, Pepper pepper, out DeviceIdentity identity)
    {
        identity = default;
        if (string.IsNullOrEmpty(deviceId))
        {
            return RequestFault.MissingDevice;
        }

        if (string.IsNullOrEmpty(appId))
        {
            return RequestFault.MissingApp;
        }

        // Parsing alone would take a UUID with blanks around it for another device.
        if (deviceId.Length > 36 || !Guid.TryParseExact(deviceId, "D", out _) || !AppId.TryParse(appId, out var app))
        {
            return RequestFault.InvalidBody;
        }

        identity = new DeviceIdentity(app, DevicePseudonym.Of(app, deviceId, pepper));
        return null;
    }
}
