namespace Serverless.Device.Answers;

/// <summary>How a refusal is classed on the wire.</summary>
public enum RefusalKind
{
    /// <summary><c>up_to_date</c>: not reported.</summary>
    UpToDate,

    /// <summary><c>blocked</c>: not reported.</summary>
    Blocked,

    /// <summary><c>failed</c>: reported as <c>download_fail</c>.</summary>
    Failed,
}
