using Azure;
using Azure.Identity;

namespace Serverless.Storage;

/// <summary>What a failed storage call means to its caller.</summary>
internal static class StorageFault
{
    /// <summary>Somebody else wrote first: read again and decide again.</summary>
    public static bool IsConflict(RequestFailedException fault) => fault.Status is 409 or 412;

    public static bool IsMissing(RequestFailedException fault) => fault.Status is 404;

    /// <summary>
    /// Storage did not do what was asked, also because it is set up wrongly: a role or a queue is missing, or the identity has no token. A
    /// device is told the same as in an outage, because a 5xx would make every device report it, or report again, every second.
    /// </summary>
    public static bool IsFromStorage(Exception fault) => fault is RequestFailedException or AuthenticationFailedException || IsUnavailable(fault);

    /// <summary>The service or the way to it is at fault, also after the client's own retries.</summary>
    public static bool IsUnavailable(Exception fault) => fault switch
    {
        RequestFailedException { Status: 0 or 408 or 429 or >= 500 } => true,
        // What the client throws after its last try when storage accepts connections and says nothing.
        AggregateException aggregate => aggregate.InnerExceptions.All(inner => IsUnavailable(inner) || inner is OperationCanceledException),
        TimeoutException or IOException or HttpRequestException => true,
        _ => false,
    };
}
