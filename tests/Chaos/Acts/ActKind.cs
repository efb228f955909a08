namespace Serverless.Chaos.Acts;

/// <summary>What is done to the servers, and to what they stand on.</summary>
internal enum ActKind
{
    /// <summary>SIGKILL of the instance that dies often.</summary>
    Kill,

    /// <summary>SIGKILL of both, so that nobody is there for a while.</summary>
    KillBoth,

    /// <summary>Azurite ends, keeps its data, and comes back on the same ports.</summary>
    StopStorage,

    /// <summary>Storage answers 503 to a share of an instance's requests.</summary>
    Busy,

    /// <summary>Storage answers 429 to a share of them.</summary>
    Throttled,

    /// <summary>A share of them is not answered; it is let through when the act ends, however late that is.</summary>
    Silent,

    /// <summary>Connections break before storage has heard of the request.</summary>
    ResetBefore,

    /// <summary>Connections break when storage has done what it was asked.</summary>
    ResetAfter,

    /// <summary>Bodies to storage and from it come in drops.</summary>
    SlowBodies,

    /// <summary>The temporary folder of an instance has no space left.</summary>
    FullDisk,

    /// <summary>Messages are put into their queues once more.</summary>
    Duplicate,

    /// <summary>Messages are put behind those that came after them.</summary>
    Reorder,
}
