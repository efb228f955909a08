namespace Serverless.Device;

/// <summary>What came of starting the app.</summary>
public enum LaunchOutcome
{
    /// <summary>The running bundle called <c>notifyAppReady</c>.</summary>
    Ready,

    /// <summary>It had proven itself before and stayed silent this time: it goes on running.</summary>
    Silent,

    /// <summary>It did not call in time, and the last good bundle runs again.</summary>
    RolledBack,
}
