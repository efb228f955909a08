using Microsoft.AspNetCore.Http;

namespace Serverless.Tests.Support.Faults;

/// <summary>
/// Keeps every matching request where it is until released or until its client is gone. A request held before forwarding whose client
/// dies never reaches storage.
/// </summary>
public sealed class StorageHold : Interception
{
    private readonly TaskCompletionSource<StorageRequest> _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _waiting;

    internal StorageHold(Func<StorageRequest, bool> match, Stage stage)
        : base(match, stage)
    {
    }

    /// <summary>Completes with the first request that is held.</summary>
    public Task<StorageRequest> Reached => _reached.Task;

    /// <summary>How many requests are held now; those whose client has died are not among them.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Lets all held requests go on, and holds no more.</summary>
    public void Release() => Dispose();

    internal override async Task<bool> ActAsync(StorageRequest request, HttpContext context)
    {
        Interlocked.Increment(ref _waiting);
        _reached.TrySetResult(request);
        try
        {
            await _released.Task.WaitAsync(context.RequestAborted);
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _released.TrySetResult();
    }
}
