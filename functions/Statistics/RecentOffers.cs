using Serverless.Devices;
using Serverless.Storage;

namespace Serverless.Statistics;

/// <summary>
/// What devices ran when this instance offered them files, until they report that these have come: no report says so itself. In memory and
/// bounded; what is forgotten, or was offered by another instance, makes the bytes that were spared look fewer.
/// </summary>
internal sealed class RecentOffers
{
    private const int MaxRemembered = 100_000;

    private readonly RecentEntries<DevicePseudonym, string?> _running = new(MaxRemembered);

    /// <param name="device">Of one app: a device has another pseudonym in another app.</param>
    /// <param name="running">Null for the bundle inside the app.</param>
    public void Remember(DevicePseudonym device, string? running) => _running.Set(device, running);

    /// <returns>Null when it is not known, or nothing that the server has the files of.</returns>
    public string? Find(DevicePseudonym device) => _running.TryGet(device, out var running) ? running : null;
}
