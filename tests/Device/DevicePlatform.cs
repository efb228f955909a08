namespace Serverless.Device;

/// <summary>The operating systems on which the native plugin talks to a server.</summary>
public enum DevicePlatform
{
    /// <summary>Sent as <c>android</c>.</summary>
    Android,

    /// <summary>Sent as <c>ios</c>.</summary>
    Ios,
}
