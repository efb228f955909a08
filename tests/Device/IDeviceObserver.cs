using Serverless.Device.Answers;
using Serverless.Device.Stats;

namespace Serverless.Device;

/// <summary>Watches a device from outside. Called on the thread that drives the device.</summary>
public interface IDeviceObserver
{
    /// <summary>An update check was answered.</summary>
    void Answered(UpdateAnswer answer, TimeSpan elapsed)
    {
    }

    /// <summary>An event was put on its way.</summary>
    void Reported(DeviceEvent happened)
    {
    }

    /// <summary>The server answered for these events that it has them.</summary>
    void Delivered(IReadOnlyList<DeviceEvent> events)
    {
    }

    /// <summary>Events did not reach the server; <paramref name="status"/> is null without a connection.</summary>
    void Undelivered(IReadOnlyList<DeviceEvent> events, int? status)
    {
    }
}
