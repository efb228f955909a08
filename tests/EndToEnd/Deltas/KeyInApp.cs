namespace Serverless.Tests.EndToEnd.Deltas;

/// <summary>The public key that an app is configured with.</summary>
public enum KeyInApp
{
    None,

    /// <summary>The one that the server signs with.</summary>
    Servers,

    /// <summary>One that the server never had.</summary>
    Another,
}
