using Azure;

namespace Serverless.Storage;

/// <summary>What a failed storage call means to its caller.</summary>
internal static class StorageFault
{
    /// <summary>Somebody else wrote first: read again and decide again.</summary>
    public static bool IsConflict(RequestFailedException fault) => fault.Status is 409 or 412;

    public static bool IsMissing(RequestFailedException fault) => fault.Status is 404;

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
