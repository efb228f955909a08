namespace Serverless.Device;

/// <summary>How a plugin tells "nothing for you" from "this failed" in an answer that carries an error.</summary>
public enum RefusalReading
{
    /// <summary>By <c>kind</c>; anything unknown there is a failure that is reported.</summary>
    Kind,

    /// <summary>By the HTTP status: an error with a success status is not reported.</summary>
    Status,

    /// <summary>Every error is reported as <c>download_fail</c>.</summary>
    AlwaysFailed,

    /// <summary>An error or a message is reported as <c>backend_refusal</c>.</summary>
    BackendRefusal,

    /// <summary>Only a message counts; an error alone is not seen.</summary>
    Message,
}
