using System.Collections.Concurrent;
using Serverless.Devices;

namespace Serverless.Statistics;

/// <summary>
/// What devices ran when this instance offered them files, until they report that these have come: no report says so itself. In memory and
/// bounded; what is forgotten, or was offered by another instance, makes the bytes that were spared look fewer.
/// </summary>
internal sealed class RecentOffers
{
    private const int MaxRemembered = 100_000;

    private ConcurrentDictionary<DevicePseudonym, string?> _recent = new();
    private ConcurrentDictionary<DevicePseudonym, string?> _older = new();

    /// <param name="device">Of one app: a device has another pseudonym in another app.</param>
    /// <param name="running">Null for the bundle inside the app.</param>
    public void Remember(DevicePseudonym device, string? running)
    {
        _recent[device] = running;
        if (_recent.Count > MaxRemembered / 2)
        {
            _older = _recent;
            _recent = new();
        }
    }

    /// <returns>Null when it is not known, or nothing that the server has the files of.</returns>
    public string? Find(DevicePseudonym device) => _recent.TryGetValue(device, out var running) || _older.TryGetValue(device, out running) ? running : null;
}
