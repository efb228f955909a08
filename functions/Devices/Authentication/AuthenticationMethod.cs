namespace Serverless.Devices.Authentication;

/// <summary>A way in which a device shows that it may speak for its app.</summary>
internal enum AuthenticationMethod
{
    /// <summary>Not at all: the plugin as it is.</summary>
    None,

    /// <summary>A secret that all of the app's devices share, in the addresses that the app is configured with.</summary>
    AppKey,

    /// <summary>The certificate of the TLS connection.</summary>
    ClientCertificate,

    /// <summary>A signature over the request, by a key that the device enrolled.</summary>
    SignedRequest,
}
