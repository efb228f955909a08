namespace Serverless.Hosts.Standalone.Triggers;

/// <summary>Binds a <see cref="TimerInfo"/> parameter to a six-field NCRONTAB schedule (seconds first, UTC).</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    public string Schedule => schedule;

    public bool RunOnStartup { get; set; }

    public bool UseMonitor { get; set; } = true;
}

/// <summary>What a timer function is told about its run.</summary>
internal sealed class TimerInfo
{
    /// <summary>The run was due while no host was running.</summary>
    public bool IsPastDue { get; init; }
}
