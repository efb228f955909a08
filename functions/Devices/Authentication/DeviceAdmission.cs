using Serverless.Apps;

namespace Serverless.Devices.Authentication;

/// <summary>What one report was found to show, app by app: asked once for each, however many events there are.</summary>
/// <param name="judge">Judges the report for an app.</param>
internal sealed class DeviceAdmission(Func<AppId, ValueTask<AppAdmission>> judge)
{
    // Each app costs a snapshot, and a report may name any number of them. A plugin that is moved from app to app reports on a few.
    private const int MaxApps = 16;

    private readonly Dictionary<AppId, AppAdmission> _judged = [];

    /// <exception cref="Azure.RequestFailedException">Storage does not answer, so nobody can say.</exception>
    public async ValueTask<bool> IncludesAsync(DeviceIdentity device)
    {
        if (!_judged.TryGetValue(device.App, out var admission))
        {
            admission = _judged.Count < MaxApps ? await judge(device.App) : AppAdmission.Refused("too_many_apps");
            _judged.Add(device.App, admission);
        }

        return admission.Includes(device.Device);
    }
}
