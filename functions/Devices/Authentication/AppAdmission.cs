namespace Serverless.Devices.Authentication;

/// <summary>Whom a request may speak for in one app.</summary>
internal sealed record AppAdmission
{
    private AppAdmission(string method, bool isRefused, DevicePseudonym? only) => (Method, IsRefused, Only) = (method, isRefused, only);

    /// <summary>How the request showed it, or why it did not: a word for counting.</summary>
    public string Method { get; }

    public bool IsRefused { get; }

    /// <summary>The one device; null for any.</summary>
    public DevicePseudonym? Only { get; }

    public static AppAdmission Anonymous { get; } = Anyone("none");

    public static AppAdmission ByAppKey { get; } = Anyone("app_key");

    public static AppAdmission Anyone(string method) => new(method, isRefused: false, only: null);

    public static AppAdmission OnlyFor(DevicePseudonym device, string method) => new(method, isRefused: false, device);

    public static AppAdmission Refused(string reason) => new(reason, isRefused: true, only: null);

    /// <param name="device">The device that the request says it comes from; null when it names none.</param>
    public bool Includes(DevicePseudonym? device) => !IsRefused && (Only is not { } only || device is null || device == only);
}
