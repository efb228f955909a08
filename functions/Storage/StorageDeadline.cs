namespace Serverless.Storage;

/// <summary>Bounds storage calls that a device waits for: it gives up after 20 seconds, and must have had its answer by then.</summary>
internal static class StorageDeadline
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <exception cref="TimeoutException">Storage did not answer within five seconds; <see cref="StorageFault.IsUnavailable"/> knows it.</exception>
    public static async Task<T> BoundAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Limit);
        try
        {
            return await call(deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("Storage did not answer in time.", e);
        }
    }
}
