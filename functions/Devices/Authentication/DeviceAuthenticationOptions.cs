namespace Serverless.Devices.Authentication;

/// <summary>What belongs to all apps in how devices authenticate.</summary>
internal sealed class DeviceAuthenticationOptions
{
    public const string Section = "DeviceAuthentication";

    /// <summary>
    /// Look at the certificates of clients: the standalone host asks for them in the TLS handshake; on Azure the header that the platform writes is believed,
    /// which is safe only where the app's client certificate mode is not off.
    /// </summary>
    public bool ClientCertificates { get; set; }
}
