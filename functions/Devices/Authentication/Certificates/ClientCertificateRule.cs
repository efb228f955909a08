using System.Security.Cryptography.X509Certificates;
using Serverless.Apps;

namespace Serverless.Devices.Authentication.Certificates;

/// <summary>Whom a client certificate may speak for. Pure.</summary>
internal static class ClientCertificateRule
{
    private const string Method = "client_certificate";

    /// <param name="app">The app.</param>
    /// <param name="authorities">Whom the app believes; null for nobody.</param>
    /// <param name="certificate">As it was shown.</param>
    /// <param name="now">The time.</param>
    /// <param name="pepper">The deployment's.</param>
    public static AppAdmission Judge(AppId app, TrustedAuthorities? authorities, X509Certificate2 certificate, DateTimeOffset now, Pepper pepper)
    {
        if (authorities is null)
        {
            return AppAdmission.Refused("certificate_untrusted");
        }

        if (authorities.FindDefect(certificate, now) is { } defect)
        {
            return AppAdmission.Refused(defect);
        }

        if (authorities.Binding is CertificateBinding.None)
        {
            return AppAdmission.Anyone(Method);
        }

        return DeviceNames.Find(certificate, authorities.Binding) is { } name
            ? AppAdmission.OnlyFor(DevicePseudonym.Of(app, name, pepper), Method)
            : AppAdmission.Refused("certificate_names_no_device");
    }
}
