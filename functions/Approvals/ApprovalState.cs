namespace Serverless.Approvals;

/// <summary>How a request stands.</summary>
internal enum ApprovalState
{
    /// <summary>For approvals, to all the devices it was asked for.</summary>
    Waiting,

    /// <summary>Enough approvers agreed; the channel comes to it.</summary>
    Granted,

    /// <summary>The channel leads devices to it, or did.</summary>
    Used,

    Declined,
}
